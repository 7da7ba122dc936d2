import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { builtApp } from '../../bin/batch/builtApp.mjs'
import { startInputServer } from '../../bin/batch/inputServer.mjs'
import { findChromium } from '../../bin/findChromium.mjs'
import { circumstances } from '../report/circumstances.mjs'
import { markdownTable } from '../report/markdownTable.mjs'

const SCROLL_STEPS = 40

/**
 * A large project in the built app: a folder of small pictures is added, the page is reloaded (which opens the project
 * again), and its image grid is scrolled step by step.
 *
 * @param {{ images: number, say: (text: string) => void }} options
 */
export async function runStorage({ images, say }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-storage-'))
  for (let i = 0; i < images; i++) writeFileSync(path.join(folder, `part_${i}.bmp`), bmp(24, 18, i))
  const server = await startInputServer({ dist: await builtApp(say), inputs: new Map(), outputs: new Map() })
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath ? { executablePath } : {})
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' })
    // The other folder dialog cannot be answered from outside.
    await page.addInitScript(() => Reflect.deleteProperty(window, 'showDirectoryPicker'))
    await page.goto(server.pageUrl)
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: /Open a folder/ }).click()
    const began = performance.now()
    await (await choosing).setFiles(folder)
    await page
      .getByText(`${images.toLocaleString('en')}`, { exact: false })
      .first()
      .waitFor({ timeout: 1_800_000 })
    await page
      .getByRole('button', { name: new RegExp(`^All\\s*${images.toLocaleString('en')}`) })
      .waitFor({ timeout: 1_800_000 })
    await page.getByRole('banner').getByText('Saved', { exact: true }).waitFor({ timeout: 600_000 })
    const addSeconds = (performance.now() - began) / 1000
    say(`${images} pictures added in ${addSeconds.toFixed(0)} s`)

    await page.reload({ waitUntil: 'commit' })
    await page.getByRole('option').first().waitFor({ timeout: 120_000 })
    const openMs = await page.evaluate(() => performance.now())
    say(`opened after ${openMs.toFixed(0)} ms`)
    await page.waitForTimeout(3000)
    const steps = await page.evaluate(scrollSteps, SCROLL_STEPS)
    return report(images, addSeconds, openMs, steps)
  } finally {
    await browser.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs in the page: scrolls the grid by most of its height; each step ends when its rows are laid out. */
async function scrollSteps(count) {
  const grid = document.querySelector('[role=listbox]')
  const scroller = [...document.querySelectorAll('*')].find(
    (node) =>
      node.contains(grid?.querySelector('[role=option]') ?? null) &&
      node.scrollHeight > 5 * node.clientHeight,
  )
  const times = []
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))
    const began = performance.now()
    scroller.scrollTop += scroller.clientHeight * 0.8
    scroller.dispatchEvent(new Event('scroll'))
    await Promise.resolve()
    void scroller.getBoundingClientRect().height
    times.push(performance.now() - began)
  }
  return times
}

function report(images, addSeconds, openMs, steps) {
  const sorted = steps.toSorted((a, b) => a - b)
  const at = (share) =>
    `${sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)].toFixed(1)} ms`
  return [
    '## A large project',
    `${circumstances(null)}. ${images.toLocaleString('en')} pictures of 24 x 18 pixels in one folder, Images screen, 1440 x 900.`,
    markdownTable([
      ['what', 'n', 'median', '90 %', 'must'],
      ['folder added and on disk', '1', `${addSeconds.toFixed(0)} s`, '', ''],
      [
        'page reloaded -> first pictures of the project in the grid',
        '1',
        `${(openMs / 1000).toFixed(1)} s`,
        '',
        '3 s',
      ],
      ['one list scroll step (script and layout)', String(steps.length), at(0.5), at(0.9), '20 ms'],
    ]),
  ].join('\n\n')
}

/** 24-bit BMP whose grey depends on `seed`, so that no two pictures are the same bytes. */
function bmp(width, height, seed) {
  const stride = Math.ceil((width * 3) / 4) * 4
  const bytes = Buffer.alloc(54 + stride * height, seed & 255)
  bytes.fill(0, 0, 54)
  bytes.write('BM')
  bytes.writeUInt32LE(bytes.length, 2)
  bytes.writeUInt32LE(54, 10)
  bytes.writeUInt32LE(40, 14)
  bytes.writeInt32LE(width, 18)
  bytes.writeInt32LE(height, 22)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  bytes.writeUInt32LE(seed, 54)
  return bytes
}
