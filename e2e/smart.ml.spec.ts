import { cpus, loadavg } from 'node:os'
import { expect, test, type Page } from '@playwright/test'
import { readRle } from './support/readRle'
import { canvas, drawBox, goTo, openImage, openSample, saved, stagePoint } from './support/screens'
import { storedBlob, storedRecords, type StoredRecord } from './support/storedProject'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const rows = (page: Page) => page.getByRole('listbox', { name: 'Objects of this image' }).getByRole('option')

const masksOf = (records: readonly StoredRecord[], boxId: string) =>
  records
    .filter((record) => record.type === 'mask' && record['annotationId'] === boxId)
    .sort((a, b) => ((a['createdAt'] as string) < (b['createdAt'] as string) ? -1 : 1))

/** The pixels of a stored mask: `at(x, y)` is 1 inside. */
async function pixelsOf(page: Page, records: readonly StoredRecord[], mask: StoredRecord) {
  const image = records.find((record) => record.id === mask['imageId'])!
  const size: [number, number] = [image['height'] as number, image['width'] as number]
  const { rows: bits } = readRle(size, (await storedBlob(page, mask['pixels'] as string)).toString('ascii'))
  return { at: (x: number, y: number) => bits[y * size[1] + x] === 1 }
}

/** The box of the sample's first defect of a class on an image, with its record. */
async function sampleBoxes(page: Page, className: string) {
  const records = await storedRecords(page)
  const classId = records.find((record) => record.type === 'class' && record['name'] === className)!.id
  return records
    .filter((record) => record.type === 'annotation' && record['classId'] === classId)
    .map((record) => ({
      id: record.id,
      boxPx: record['boxPx'] as Box,
      fileName: records.find((image) => image.id === record['imageId'])!['fileName'] as string,
    }))
}

/** Draws a box on the image that is open and waits for its mask; gives the milliseconds between the two. */
async function timedBox(page: Page, boxPx: Box): Promise<number> {
  const before = await rows(page).count()
  await page.evaluate((count) => {
    const list = document.querySelector('[aria-label="Objects of this image"]')!
    const times = window as unknown as { letGoAt: number; shownAt: number }
    times.shownAt = 0
    window.addEventListener('pointerup', () => (times.letGoAt = performance.now()), {
      capture: true,
      once: true,
    })
    const observer = new MutationObserver(() => {
      const last = [...list.querySelectorAll('[role=option]')].at(-1)
      const isShown = list.querySelectorAll('[role=option]').length > count
      if (!isShown || !/proposed|no object/.test(last?.getAttribute('aria-label') ?? '')) return
      times.shownAt = performance.now()
      observer.disconnect()
    })
    observer.observe(list, { subtree: true, childList: true, attributes: true })
  }, before)
  await drawBox(page, boxPx)
  await expect(rows(page).last()).toHaveAttribute('aria-label', /proposed|no object/, { timeout: 120_000 })
  await expect(rows(page)).toHaveCount(before + 1)
  return page.evaluate(() => {
    const times = window as unknown as { letGoAt: number; shownAt: number }
    return times.shownAt - times.letGoAt
  })
}

test('S, a box, and its mask within a second of the loaded model, without a network', async ({
  page,
  context,
}, info) => {
  await openSample(page)
  await goTo(page, 'Annotate')
  await expect(canvas(page)).toBeVisible()
  await page.keyboard.press('s')
  await expect(page.getByRole('button', { name: 'Smart: box, then clicks' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  // The first box loads the runtime and the model.
  await timedBox(page, { x: 60, y: 230, width: 50, height: 40 })
  await context.setOffline(true)
  const times: number[] = []
  for (const y of [20, 90, 160]) times.push(await timedBox(page, { x: 300, y, width: 70, height: 50 }))
  // What else this machine does is not the tool's doing: the quickest of three, and a second of an idle machine.
  const busy = Math.max(1, loadavg()[0]! / cpus().length)
  const description = `${times.map(Math.round).join(', ')} at a load of ${busy.toFixed(1)} a core`
  info.annotations.push({ type: 'box to mask (ms)', description })
  console.log(`box to mask (ms): ${description}`)
  expect(Math.min(...times)).toBeLessThan(1000 * busy)
})

test('clicks add and remove where they are, candidates are cycled, Enter accepts, a reload keeps it', async ({
  page,
}) => {
  await openSample(page)
  const stain = (await sampleBoxes(page, 'Stain'))[0]!
  await openImage(page, stain.fileName)
  await page.keyboard.press('s')
  await page.getByRole('radio', { name: /^Stain,/ }).click()
  const boxPx = { ...stain.boxPx, x: stain.boxPx.x - 3, width: stain.boxPx.width + 6 }
  await timedBox(page, boxPx)
  await saved(page)
  const boxId = (await rows(page).last().getAttribute('id'))!.replace(/^object-/, '')
  const bar = page.locator('.smart-bar')

  const current = async () => {
    const records = await storedRecords(page)
    const mask = masksOf(records, boxId).at(-1)!
    return { mask, pixels: await pixelsOf(page, records, mask), records }
  }
  const first = await current()
  const inside = findPixel(boxPx, first.pixels.at)

  await test.step('clicks change the mask where they are', async () => {
    const at = await stagePoint(page, { x: inside.x + 0.5, y: inside.y + 0.5 })
    await page.mouse.click(at.x, at.y, { button: 'right' })
    await expect(async () => expect((await current()).mask.id).not.toBe(first.mask.id)).toPass()
    const less = await current()
    expect(less.pixels.at(inside.x, inside.y)).toBe(false)
    expect(less.mask['provenance']).toMatchObject({ clicks: [{ isPositive: false }] })
    const outside = findPixel(
      boxPx,
      (x, y) => !less.pixels.at(x, y) && Math.hypot(x - inside.x, y - inside.y) > 12,
    )
    const there = await stagePoint(page, { x: outside.x + 0.5, y: outside.y + 0.5 })
    await page.mouse.click(there.x, there.y)
    await expect(async () => expect((await current()).mask.id).not.toBe(less.mask.id)).toPass()
    const more = await current()
    expect(more.pixels.at(outside.x, outside.y)).toBe(true)
    // Backspace takes the second click back, and the mask with one click is there again.
    await canvas(page).focus()
    await page.keyboard.press('Backspace')
    await saved(page)
    expect((await storedRecords(page)).filter((record) => record.type === 'click')).toHaveLength(1)
    await page.keyboard.press('Control+z')
    await saved(page)
    expect((await storedRecords(page)).filter((record) => record.type === 'click')).toHaveLength(2)
  })

  await test.step('brackets go through the candidates', async () => {
    await canvas(page).focus()
    await expect(bar).toContainText(/1 of \d: /)
    const before = await current()
    await page.keyboard.press(']')
    await expect(bar).toContainText(/2 of \d: /)
    await saved(page)
    const next = await current()
    expect(next.mask['pixels']).not.toBe(before.mask['pixels'])
    expect((next.mask['provenance'] as { candidate: string }).candidate).not.toBeNull()
    await page.keyboard.press('[')
    await expect(bar).toContainText(/1 of \d: /)
    await saved(page)
    expect((await current()).mask['pixels']).toBe(before.mask['pixels'])
  })

  await test.step('Enter accepts, and the tool is ready for the next box', async () => {
    await page.keyboard.press('Enter')
    await expect(bar).toContainText('Drag a box')
    await expect(page.locator(`[id="object-${boxId}"]`)).toHaveAttribute('aria-label', /accepted/)
    await saved(page)
  })

  await test.step('a reload keeps clicks, mask and tool', async () => {
    const clicks = (await storedRecords(page)).filter((record) => record.type === 'click')
    expect(clicks).toHaveLength(2)
    await page.waitForTimeout(1000)
    await page.reload()
    await expect(canvas(page)).toBeVisible()
    await expect(page.locator(`[id="object-${boxId}"]`)).toHaveAttribute('aria-label', /accepted/)
    await expect(page.getByRole('button', { name: 'Smart: box, then clicks' })).toHaveAttribute(
      'aria-pressed',
      'true',
    )
    expect((await storedRecords(page)).filter((record) => record.type === 'click')).toEqual(clicks)
  })
})

/** The pixel of a box, nearest to its middle, that is as wanted. */
function findPixel(box: Box, isWanted: (x: number, y: number) => boolean): { x: number; y: number } {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  let best: { x: number; y: number } | null = null
  let least = Infinity
  for (let y = Math.ceil(box.y); y < box.y + box.height; y++) {
    for (let x = Math.ceil(box.x); x < box.x + box.width; x++) {
      const distance = Math.hypot(x - middle.x, y - middle.y)
      if (distance >= least || !isWanted(x, y)) continue
      best = { x, y }
      least = distance
    }
  }
  if (best === null) throw new Error('no such pixel in the box')
  return best
}

test('Escape leaves the box selected and undecided; the right button opens no menu', async ({ page }) => {
  await openSample(page)
  await goTo(page, 'Annotate')
  await expect(canvas(page)).toBeVisible()
  await page.keyboard.press('s')
  await timedBox(page, { x: 60, y: 230, width: 50, height: 40 })
  const isDefault = canvas(page).evaluate(
    (element) =>
      new Promise<boolean>((resolve) => {
        window.addEventListener('contextmenu', (event) => resolve(!event.defaultPrevented), { once: true })
        element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))
      }),
  )
  expect(await isDefault).toBe(false)
  await canvas(page).focus()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Select and move' })).toHaveAttribute('aria-pressed', 'true')
  await expect(rows(page).last()).toHaveAttribute('aria-selected', 'true')
  await expect(rows(page).last()).toHaveAttribute('aria-label', /proposed|no object/)
})

test('a box drawn in the middle of a batch has its mask before the batch is through', async ({ page }) => {
  await openSample(page)
  await goTo(page, 'Annotate')
  await expect(canvas(page)).toBeVisible()
  await page.keyboard.press('s')
  await timedBox(page, { x: 60, y: 230, width: 50, height: 40 })
  await page.getByRole('button', { name: /^Propose all boxes/ }).click()
  await timedBox(page, { x: 300, y: 230, width: 60, height: 40 })
  const boxId = (await rows(page).last().getAttribute('id'))!.replace(/^object-/, '')
  await expect(page.getByRole('button', { name: 'Propose all boxes', exact: true })).toBeDisabled({
    timeout: 300_000,
  })
  await saved(page)
  const masks = (await storedRecords(page)).filter((record) => record.type === 'mask')
  const drawn = masks.find((mask) => mask['annotationId'] === boxId)!
  const later = masks.filter((mask) => (mask['createdAt'] as string) > (drawn['createdAt'] as string))
  expect(later.length).toBeGreaterThan(0)
})

test('three masks painted generously: pending ones follow, the badge says so, the switch takes it back', async ({
  page,
}) => {
  await openSample(page)
  const pits = await sampleBoxes(page, 'Pit')
  expect(pits.length).toBeGreaterThan(3)
  await goTo(page, 'Annotate')
  await page.getByRole('button', { name: /^Propose all boxes/ }).click()
  await expect(page.getByRole('button', { name: 'Propose all boxes', exact: true })).toBeDisabled({
    timeout: 300_000,
  })
  await saved(page)
  await page.getByRole('radio', { name: /^Pit,/ }).click()
  const badge = page.getByRole('switch', { name: /^Pit:/ })
  await expect(badge).toHaveAccessibleName('Pit: accept 3 more to be drawn like yours')
  const before = await storedRecords(page)
  const pendingIds = pits.slice(3).map(({ id }) => id)

  await test.step('paint three of them whole', async () => {
    for (const pit of pits.slice(0, 3)) {
      await openImage(page, pit.fileName)
      await page.locator(`[id="object-${pit.id}"]`).click()
      await page.keyboard.press('b')
      const { x, y, width, height } = pit.boxPx
      const at = await stagePoint(page, { x: x + width / 2, y: y + height / 2 })
      const corner = await stagePoint(page, { x: x + width * 0.75, y: y + height * 0.75 })
      await page.mouse.move(2 * at.x - corner.x, 2 * at.y - corner.y)
      await page.mouse.down()
      await page.mouse.move(corner.x, corner.y, { steps: 6 })
      await page.mouse.move(corner.x, 2 * at.y - corner.y, { steps: 6 })
      await page.mouse.move(2 * at.x - corner.x, corner.y, { steps: 6 })
      await page.mouse.up()
      await expect(page.locator(`[id="object-${pit.id}"]`)).toHaveAttribute('aria-label', /accepted/)
      await saved(page)
    }
  })

  await expect(badge).toHaveAccessibleName('Pit: drawn like your 3 masks', { timeout: 120_000 })
  const changed = async () => {
    const records = await storedRecords(page)
    return pendingIds.map((id) => masksOf(records, id).at(-1)!)
  }
  const isStyled = (mask: StoredRecord) => (mask['provenance'] as { style: unknown }).style !== null
  await expect(async () => {
    await saved(page)
    expect((await changed()).some(isStyled)).toBe(true)
  }).toPass({ timeout: 120_000 })
  for (const mask of (await changed()).filter(isStyled)) {
    const plain = masksOf(before, mask['annotationId'] as string).at(-1)!
    expect(mask['areaPx'] as number).toBeGreaterThan(plain['areaPx'] as number)
  }

  await canvas(page).focus()
  await page.keyboard.press('y')
  await expect(badge).toHaveAccessibleName('Pit: drawn as the generator does')
  await expect(async () => {
    await saved(page)
    const now = await changed()
    expect(now.map((mask) => mask['pixels'])).toEqual(
      pendingIds.map((id) => masksOf(before, id).at(-1)!['pixels']),
    )
  }).toPass({ timeout: 120_000 })
})
