import { mkdirSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { maskwright } from './support/maskwright'
import { startMirror, type MirrorServer } from './support/mirrorServer'
import {
  closeModels,
  dropFiles,
  FIXTURE_NAMES,
  modelFiles,
  modelRow,
  modelsDialog,
  openModels,
  pinFixture,
  publishedFixture,
} from './support/modelFiles'
import { openFolder } from './support/folders'
import { plateWithBlob } from './support/pictures'
import { areaOf, boundsOf, readRle } from './support/readRle'
import { canvas, drawBox, goTo, saved } from './support/screens'
import { storedRecords } from './support/storedProject'

// The worker that downloads must reach the mirror itself, not through the service worker's cache.
test.use({ serviceWorkers: 'block' })

const BOX = { x: 24, y: 20, width: 50, height: 40 }

const servers: MirrorServer[] = []
test.afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function openPlate(page: Page): Promise<void> {
  await openFolder(page, [{ name: 'plate.png', bytes: plateWithBlob(128, 96, { x: 90, y: 60, radius: 14 }) }])
  await goTo(page, 'Annotate')
  await expect(canvas(page)).toBeVisible()
  await page
    .getByRole('button', { name: /Add class/i })
    .first()
    .click()
  await page.getByPlaceholder(/class/i).fill('spot')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
}

interface StoredMask {
  readonly boundsPx: typeof BOX
  readonly areaPx: number
  readonly provenance: { readonly modelId: string | null; readonly modelHash: string | null }
}

async function masks(page: Page): Promise<StoredMask[]> {
  return (await storedRecords(page)).filter((record) => record.type === 'mask') as unknown as StoredMask[]
}

/** The box as it was drawn: the pointer meets a pixel of the screen, not one of the image. */
async function drawnBox(page: Page): Promise<typeof BOX> {
  const box = (await storedRecords(page)).find((record) => record.type === 'annotation')
  return box!['boxPx'] as typeof BOX
}

/** The fixture draws the box that it was given: the mask is that box, to within a cell at each edge. */
function expectTheBox(mask: { boundsPx: typeof BOX; areaPx: number }, boxPx: typeof BOX): void {
  for (const side of ['x', 'y', 'width', 'height'] as const)
    expect(Math.abs(mask.boundsPx[side] - boxPx[side]), side).toBeLessThanOrEqual(2)
  expect(mask.areaPx / (mask.boundsPx.width * mask.boundsPx.height)).toBeGreaterThan(0.97)
}

async function expectNotice(page: Page, words: string | RegExp): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: words }).first()).toBeVisible({ timeout: 60_000 })
}

async function mirrored(page: Page, weightBytes = 300_000): Promise<MirrorServer> {
  const published = publishedFixture(weightBytes)
  await pinFixture(page, published)
  const mirror = await startMirror(published.byName)
  servers.push(mirror)
  return mirror
}

async function setMirror(page: Page, url: string): Promise<void> {
  await modelsDialog(page).getByLabel('Mirror').fill(url)
  await modelsDialog(page).getByRole('button', { name: 'Set mirror' }).click()
  await expect(modelsDialog(page).getByText(`Downloads ask ${url} instead of`)).toBeVisible()
}

async function startDownload(page: Page): Promise<void> {
  await modelRow(page, 'EdgeTAM')
    .getByRole('button', { name: /^(Download|Resume|Repair)/ })
    .click()
  const question = page.getByRole('dialog', { name: 'Download EdgeTAM?' })
  await expect(question).toContainText('Licence: Apache-2.0')
  await question.getByRole('button', { name: /^(Download|Resume|Repair)/ }).click()
}

test('two dropped ONNX files become a model, and masks come from it, after a reload too', async ({
  page,
}) => {
  await openPlate(page)
  await dropFiles(page, modelFiles('sam2-transformers'))
  const row = modelRow(page, 'part0 + part1')
  await expect(row).toContainText('Ready', { timeout: 120_000 })
  await row.getByRole('button', { name: /^Use/ }).click()
  await expect(row).toContainText('In use')
  await closeModels(page)

  await drawBox(page, BOX)
  await expect(page.getByRole('option', { name: /proposed/ })).toBeVisible({ timeout: 120_000 })
  await saved(page)
  const [mask] = await masks(page)
  expectTheBox(mask!, await drawnBox(page))
  expect(mask!.provenance.modelId).toMatch(/^files:[0-9a-f]{12}$/)
  expect(mask!.provenance.modelHash!.slice(0, 12)).toBe(mask!.provenance.modelId!.slice('files:'.length))

  await page.reload()
  await expect(canvas(page)).toBeVisible()
  await openModels(page)
  await expect(modelRow(page, 'part0 + part1')).toContainText('In use')
  await modelRow(page, 'part0 + part1')
    .getByRole('button', { name: /^Verify/ })
    .click()
  await expect(page.getByText('part0 + part1 is intact')).toBeVisible()
})

test('files that cannot be a model are refused by name, and nothing of them stays', async ({ page }) => {
  await openPlate(page)
  const [encoder, decoder] = modelFiles('sam1')
  await dropFiles(page, [encoder!])
  await expectNotice(page, 'part0.onnx looks like an encoder')
  await dropFiles(page, [decoder!])
  await expectNotice(page, /part1\.onnx.*encoder is missing/)
  await dropFiles(page, [encoder!, modelFiles('sam2-transformers')[1]!])
  await expectNotice(page, 'part0.onnx: it does not belong to part1.onnx')
  truncateSync(decoder!, 1000)
  await dropFiles(page, [encoder!, decoder!])
  await expectNotice(page, 'part1.onnx cannot be used: it ends too early')
  const listed = await modelsDialog(page).getByRole('listitem').allTextContents()
  expect(listed.filter((text) => text.includes('part'))).toEqual([])
})

test('a damaged model is found, not used, and can be deleted; the project keeps naming it', async ({
  page,
}) => {
  await openPlate(page)
  await dropFiles(page, modelFiles('sam1'))
  const row = modelRow(page, 'part0 + part1')
  await expect(row).toContainText('Ready', { timeout: 120_000 })
  await row.getByRole('button', { name: /^Use/ }).click()
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('models')
    for await (const handle of folder.values()) {
      if (!/^[0-9a-f]{64}$/.test(handle.name)) continue
      const file = handle as FileSystemFileHandle
      const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer())
      bytes[bytes.length >> 1]! ^= 1
      const stream = await file.createWritable()
      await stream.write(bytes)
      await stream.close()
    }
  })
  await row.getByRole('button', { name: /^Verify/ }).click()
  await expect(row).toContainText('Damaged')
  await row.getByRole('button', { name: /^Delete/ }).click()
  const question = page.getByRole('dialog', { name: /^Delete part0/ })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(modelsDialog(page)).toBeVisible()
  await row.getByRole('button', { name: /^Delete/ }).click()
  await question.getByRole('button', { name: /^Delete/ }).click()
  await expect(row).toBeHidden()
  await closeModels(page)

  await drawBox(page, BOX)
  await expectNotice(page, /is not on this computer: add its files under Models/)
  await saved(page)
  expect(await masks(page)).toEqual([])
  await expect(page.getByLabel('Model', { exact: true })).toContainText('not on this computer')
})

test('a download is asked for, survives a cut connection, is verified, and its masks are right', async ({
  page,
}) => {
  const WEIGHT_BYTES = 900_000
  const mirror = await mirrored(page, WEIGHT_BYTES)
  await openPlate(page)
  await openModels(page)
  await setMirror(page, mirror.url)
  expect(mirror.asked).toEqual([])

  mirror.answer({ kind: 'cut', afterBytes: 0 })
  await startDownload(page)
  await expectNotice(page, /vision_encoder\.onnx could not be fetched/)
  mirror.answer({ kind: 'status', code: 404 })
  await startDownload(page)
  await expectNotice(page, /has no such file: vision_encoder\.onnx \(status 404\)/)
  mirror.answer({ kind: 'page' })
  await startDownload(page)
  await expectNotice(page, /answered with a web page instead of vision_encoder\.onnx/)

  // The graph and a part of the weights come, then the person cancels.
  mirror.asked.length = 0
  mirror.answer({ kind: 'stall', afterBytes: 400_000 })
  await startDownload(page)
  const row = modelRow(page, 'EdgeTAM')
  // The weights are most of the model: a quarter of all bytes is a good part of them.
  const percent = async (): Promise<number> =>
    Number(await row.getByRole('progressbar').getAttribute('aria-valuenow'))
  await expect.poll(percent, { timeout: 60_000 }).toBeGreaterThan(25)
  await row.getByRole('button', { name: /^Cancel/ }).click()
  await expect(row).toContainText(/of .* here/)
  expect(await row.getByRole('button', { name: /^Resume/ }).textContent()).toMatch(/left/)

  mirror.asked.length = 0
  mirror.answer({ kind: 'good' })
  await startDownload(page)
  await expect(row).toContainText('Ready', { timeout: 120_000 })
  expect(mirror.asked[0]).toMatch(/^vision_encoder\.onnx_data from [1-9]\d+$/)
  expect(mirror.asked.slice(1)).toEqual([
    'prompt_encoder_mask_decoder.onnx from 0',
    'prompt_encoder_mask_decoder.onnx_data from 0',
  ])
  await row.getByRole('button', { name: /^Use/ }).click()
  await closeModels(page)
  await drawBox(page, BOX)
  await expect(page.getByRole('option', { name: /proposed/ })).toBeVisible({ timeout: 120_000 })
  await saved(page)
  const [mask] = await masks(page)
  expectTheBox(mask!, await drawnBox(page))
  expect(mask!.provenance.modelId).toBe('edgetam')

  // The same address that the download worker reached is closed to the page.
  const blocked = await page.evaluate(
    (url) =>
      fetch(url).then(
        () => 'answered',
        () => 'blocked',
      ),
    `${mirror.url}/x/vision_encoder.onnx`,
  )
  expect(blocked).toBe('blocked')
})

test('wrong bytes of the right length are refused with both hashes, and deleted', async ({ page }) => {
  const published = publishedFixture(300_000)
  await pinFixture(page, published)
  const bad = Buffer.from(published.byName.get('vision_encoder.onnx')!)
  bad[bad.length >> 1]! ^= 1
  const mirror = await startMirror(new Map([...published.byName, ['vision_encoder.onnx', bad]]))
  servers.push(mirror)
  await openPlate(page)
  await openModels(page)
  await setMirror(page, mirror.url)
  await startDownload(page)
  await expectNotice(
    page,
    /vision_encoder\.onnx from 127\.0\.0\.1.*expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}/,
  )
  await expect(modelRow(page, 'EdgeTAM')).toContainText('Not on this computer')
  const kept = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('models')
    const names: string[] = []
    for await (const handle of folder.values()) names.push(handle.name)
    return names
  })
  expect(kept).toEqual([])
})

test('without a network the message says so, and a mirror must be an address', async ({ page }) => {
  const mirror = await mirrored(page)
  await openPlate(page)
  await openModels(page)
  await modelsDialog(page).getByLabel('Mirror').fill('http://mirror.example')
  await modelsDialog(page).getByRole('button', { name: 'Set mirror' }).click()
  await expect(modelsDialog(page)).toContainText('must begin with https://')
  await setMirror(page, mirror.url)
  await mirror.close()
  await startDownload(page)
  await expectNotice(page, /vision_encoder\.onnx could not be fetched: 127\.0\.0\.1:\d+ did not answer/)
  await expectNotice(page, 'model/unreachable')
})

test('of two tabs one fetches and the other waits, and both have the model', async ({ page, context }) => {
  const published = publishedFixture(600_000)
  const mirror = await startMirror(published.byName)
  servers.push(mirror)
  await pinFixture(page, published)
  await openPlate(page)
  await openModels(page)
  await setMirror(page, mirror.url)
  const other = await context.newPage()
  await pinFixture(other, published)
  await other.goto('/?backend=wasm')
  await openModels(other)
  mirror.answer({ kind: 'stall', afterBytes: 1000 })
  await startDownload(page)
  await expect.poll(() => mirror.asked.length).toBe(1)
  await startDownload(other)
  await expect(modelRow(other, 'EdgeTAM')).toContainText('another tab is fetching vision_encoder.onnx')
  mirror.answer({ kind: 'good' })
  await expect(modelRow(page, 'EdgeTAM')).toContainText('Ready', { timeout: 120_000 })
  await expect(modelRow(other, 'EdgeTAM')).toContainText('Ready', { timeout: 120_000 })
  expect(mirror.asked).toEqual([
    'vision_encoder.onnx from 0',
    'vision_encoder.onnx_data from 0',
    'prompt_encoder_mask_decoder.onnx from 0',
    'prompt_encoder_mask_decoder.onnx_data from 0',
  ])
})

test('a full disk is said before the download, and in the middle of it', async ({ page }) => {
  const mirror = await mirrored(page, 30_000_000)
  await openPlate(page)
  await openModels(page)
  await setMirror(page, mirror.url)
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(page.url())
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)

  mirror.answer({ kind: 'stall', afterBytes: 2_000_000 })
  await startDownload(page)
  await expect.poll(() => mirror.asked.some((one) => one.startsWith('vision_encoder.onnx_data'))).toBe(true)
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 4_000_000 })
  mirror.answer({ kind: 'good' })
  await expectNotice(page, /this browser has no room left for vision_encoder\.onnx_data/)
  await expectNotice(page, 'storage/full')

  // The browser's own estimate does not know of the override: this part of the answer is put into its mouth.
  await page.evaluate(() => {
    navigator.storage.estimate = () => Promise.resolve({ quota: 9_000_000, usage: 5_000_000 })
  })
  await closeModels(page)
  await openModels(page)
  const row = modelRow(page, 'EdgeTAM')
  await expect(row).toContainText(/It needs \d+ MB more; this browser has room for 4 MB/)
  await expect(row.getByRole('button', { name: /^(Download|Resume)/ })).toBeDisabled()
})

for (const size of [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
]) {
  test(`the dialog fits ${size.width}x${size.height}, works by keyboard, and has no accessibility finding`, async ({
    page,
  }) => {
    const folder = `test-results/screens-${size.width}x${size.height}`
    mkdirSync(folder, { recursive: true })
    await page.setViewportSize(size)
    await openPlate(page)
    await page.screenshot({ path: `${folder}/annotate-model-field.png`, animations: 'disabled' })
    await dropFiles(page, modelFiles('sam1'))
    await expect(modelRow(page, 'part0 + part1')).toContainText('Ready', { timeout: 120_000 })
    await expect(page.getByText('Add a model from files')).toBeHidden()
    await page.screenshot({ path: `${folder}/models.png`, animations: 'disabled' })
    const box = (await modelsDialog(page).boundingBox())!
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.y + box.height).toBeLessThanOrEqual(size.height)
    const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`),
    ).toEqual([])
    await modelRow(page, 'EdgeTAM')
      .getByRole('button', { name: /^Download/ })
      .focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Download EdgeTAM?' })).toBeVisible()
    await page.screenshot({ path: `${folder}/models-download.png`, animations: 'disabled' })
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: 'Download EdgeTAM?' })).toBeHidden()
    await page.keyboard.press('Escape')
    await expect(modelsDialog(page)).toBeHidden()
  })
}

function batchFolder(): { readonly words: readonly string[]; readonly out: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-propose-'))
  const at = (name: string): string => path.join(folder, name)
  mkdirSync(at('in'))
  writeFileSync(at('in/plate.png'), plateWithBlob(128, 96, { x: 90, y: 60, radius: 14 }))
  writeFileSync(
    at('boxes.json'),
    JSON.stringify({
      images: [{ id: 1, file_name: 'plate.png', width: 128, height: 96 }],
      categories: [{ id: 1, name: 'spot' }],
      annotations: [{ id: 5, image_id: 1, category_id: 1, bbox: [BOX.x, BOX.y, BOX.width, BOX.height] }],
    }),
  )
  const out = at('masks.json')
  return { words: ['propose', '--images', at('in'), '--annotations', at('boxes.json'), '--out', out], out }
}

for (const name of FIXTURE_NAMES) {
  test(`propose --model takes the family ${name}: the mask is the box, the summary names the model`, async () => {
    const { words, out } = batchFolder()
    const ended = await maskwright(...words, '--model', modelFiles(name).join(','))
    expect(ended, ended.stderr).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(/^model +part0/m)
    expect(ended.stdout).toMatch(/^family +\S/m)
    const { annotations } = JSON.parse(readFileSync(out, 'utf8')) as {
      annotations: { segmentation: { size: [number, number]; counts: string } }[]
    }
    const { size, counts } = annotations[0]!.segmentation
    const mask = readRle(size, counts)
    const [x, y, width, height] = boundsOf(mask)!
    expectTheBox({ boundsPx: { x, y, width, height }, areaPx: areaOf(mask) }, BOX)
  })
}

test('propose --model: embedded is named, a refused model is a wrong call', async () => {
  const embedded = batchFolder()
  const ended = await maskwright(...embedded.words, '--model', 'embedded')
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  expect(ended.stdout).toMatch(/^family +embedded$/m)

  const refused = batchFolder()
  const alone = await maskwright(...refused.words, '--model', modelFiles('sam1')[1]!)
  expect(alone.code).toBe(2)
  expect(alone.stderr).toMatch(/--model: part1\.onnx.*encoder is missing/)
  expect(() => readFileSync(refused.out)).toThrow('ENOENT')
})
