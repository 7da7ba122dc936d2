import { expect, type Locator, type Page } from '@playwright/test'

export type StageName = 'Images' | 'Annotate' | 'Train' | 'Review' | 'Evaluate' | 'Export'
export const STAGES: readonly StageName[] = ['Images', 'Annotate', 'Train', 'Review', 'Evaluate', 'Export']

/** Opens the start screen. WASM: tests with software rendering would take minutes on the WebGPU path. */
export async function openStart(page: Page, query = 'backend=wasm'): Promise<void> {
  await page.goto(`/?${query}`)
  await expect(page.getByRole('heading', { name: 'Maskwright' })).toBeVisible()
}

export async function openSample(page: Page): Promise<void> {
  await openStart(page)
  await page.getByRole('button', { name: /Try the sample/ }).click()
  await expect(page.getByRole('tab', { name: 'Images' })).toBeVisible({ timeout: 60_000 })
  await saved(page)
}

export async function goTo(page: Page, stage: StageName): Promise<void> {
  await page.getByRole('tab', { name: stage, exact: true }).click()
  await expect(page.getByRole('tab', { name: stage, exact: true })).toHaveAttribute('aria-selected', 'true')
}

/** Waits until everything is on disk, as the person is told. */
export async function saved(page: Page): Promise<void> {
  await expect(page.getByRole('banner').getByText('Saved', { exact: true })).toBeVisible()
}

/** Opens an image on the Annotate screen, by its card on the Images screen. */
export async function openImage(page: Page, fileName: string): Promise<void> {
  await goTo(page, 'Images')
  const baseName = fileName.slice(fileName.lastIndexOf('/') + 1)
  await page.getByRole('option', { name: `${baseName},` }).dblclick()
  await expect(canvas(page)).toBeVisible()
  await expect(page.locator('.status')).toContainText(fileName)
}

export function canvas(page: Page): Locator {
  return page.getByRole('application', { name: /^Canvas/ })
}

/** Stage position of an image point, from two readings of the status bar's cursor display. */
export async function stagePoint(
  page: Page,
  pointPx: { x: number; y: number },
): Promise<{ x: number; y: number }> {
  const frame = await canvas(page).boundingBox()
  if (frame === null) throw new Error('the canvas is not on the screen')
  // The display shows whole pixels, so the two readings lie far apart: half the stage.
  const from = { x: frame.x + frame.width / 4, y: frame.y + frame.height / 4 }
  const a = await imagePointAt(page, from)
  const b = await imagePointAt(page, { x: from.x + frame.width / 2, y: from.y + frame.height / 2 })
  const scale = { x: frame.width / 2 / (b.x - a.x), y: frame.height / 2 / (b.y - a.y) }
  return {
    x: from.x + (pointPx.x - a.x) * scale.x,
    y: from.y + (pointPx.y - a.y) * scale.y,
  }
}

/** The middle of the image pixel under a place of the page. */
async function imagePointAt(page: Page, place: { x: number; y: number }): Promise<{ x: number; y: number }> {
  const readout = page.locator('.status-cursor')
  // Off the canvas first: then a reading can only be that of the new place.
  await page.mouse.move(1, 1)
  await expect(readout).not.toHaveText(/x \d+ y \d+/)
  await page.mouse.move(place.x, place.y)
  await expect(readout).toHaveText(/x \d+ y \d+/)
  const [, x, y] = /x (\d+) y (\d+)/.exec((await readout.textContent()) ?? '') ?? []
  return { x: Number(x) + 0.5, y: Number(y) + 0.5 }
}

/** Draws a box on the image by dragging; the box tool must be in hand. */
export async function drawBox(
  page: Page,
  boxPx: { x: number; y: number; width: number; height: number },
): Promise<void> {
  const from = await stagePoint(page, boxPx)
  const to = await stagePoint(page, { x: boxPx.x + boxPx.width, y: boxPx.y + boxPx.height })
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 })
  await page.mouse.move(to.x, to.y, { steps: 4 })
  await page.mouse.up()
}
