import { chromium } from 'playwright-core'
import { builtApp } from '../../bin/batch/builtApp.mjs'
import { startInputServer } from '../../bin/batch/inputServer.mjs'
import { findChromium } from '../../bin/findChromium.mjs'
import { circumstances } from '../report/circumstances.mjs'
import { markdownTable } from '../report/markdownTable.mjs'

/**
 * Draws boxes on one sample image (512 x 352) in the built app and measures, inside the page, from the end of the drag
 * to the mask in the object list, and to the save state "Saved" with the box and its mask on disk.
 *
 * @param {{ boxes: number, say: (text: string) => void }} options the first box warms the model up and is not counted
 */
export async function runInteractive({ boxes, say }) {
  const server = await startInputServer({ dist: await builtApp(say), inputs: new Map(), outputs: new Map() })
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath ? { executablePath } : {})
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' })
    await page.goto(server.pageUrl)
    await page.getByRole('button', { name: /Try the sample/ }).click()
    await page.getByRole('tab', { name: 'Images', exact: true }).click()
    await page.getByRole('option', { name: 'steel_05.png,' }).dblclick()
    const canvas = page.getByRole('application', { name: /^Canvas/ })
    await canvas.waitFor()
    await page.getByRole('button', { name: 'Box', exact: true }).click()
    const frame = await canvas.boundingBox()
    const masks = []
    const durable = []
    for (let i = 0; i <= boxes; i++) {
      const measured = page.evaluate(waitForMask)
      const x = frame.x + frame.width * (0.3 + 0.04 * (i % 10))
      const y = frame.y + frame.height * (0.35 + 0.03 * Math.floor(i / 10))
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + 60, y + 50, { steps: 3 })
      await page.mouse.up()
      const { maskMs, savedMs } = await measured
      say(`box ${i}: mask after ${maskMs.toFixed(0)} ms, saved after ${savedMs.toFixed(0)} ms`)
      if (i === 0) continue
      masks.push(maskMs)
      durable.push(savedMs - maskMs)
    }
    return report(masks, durable)
  } finally {
    await browser.close()
    await server.close()
  }
}

/** Runs in the page: resolves when one more object of the list has its mask, and when all of it is on disk. */
function waitForMask() {
  const countMasks = () =>
    [...document.querySelectorAll('[role=option]')].filter((row) =>
      / px, proposed|no object found/.test(row.getAttribute('aria-label') ?? ''),
    ).length
  const isSaved = () =>
    [...document.querySelectorAll('header *')].some((node) => node.textContent.trim() === 'Saved')
  return new Promise((resolve) => {
    const before = countMasks()
    let began = null
    let maskMs = null
    addEventListener('pointerup', () => (began = performance.now()), { once: true, capture: true })
    const look = () => {
      if (began === null) return
      const now = performance.now() - began
      if (maskMs === null && countMasks() > before) maskMs = now
      if (maskMs === null || !isSaved()) return
      observer.disconnect()
      resolve({ maskMs, savedMs: now })
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
  })
}

function report(masks, durable) {
  const row = (name, values, must) => [
    name,
    String(values.length),
    ...[0.5, 0.9, 1].map((q) => `${quantile(values, q).toFixed(0)} ms`),
    must,
  ]
  return [
    '## At the screen',
    `${circumstances(null)}. Sample image of 512 x 352 pixels, model warm, measured inside the page.`,
    markdownTable([
      ['what', 'n', 'median', '90 %', 'slowest', 'must'],
      row('end of the drag -> mask in the object list', masks, '300 ms'),
      row('mask shown -> box and mask on disk', durable, '1 s'),
    ]),
  ].join('\n\n')
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
}
