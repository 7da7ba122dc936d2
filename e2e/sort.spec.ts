import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { findings } from './support/findings'
import { goTo, openSample, saved } from './support/screens'

/** Presses keys one after the other, as fast as the page takes them. */
async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

async function openSort(page: Page): Promise<void> {
  await openSample(page)
  await goTo(page, 'Images')
  await page.keyboard.press('Shift+S')
  await expect(page.getByRole('listbox', { name: 'Images to sort' })).toBeVisible()
}

/** "5 clean, 12 defective, 1 skipped, 6 left" as numbers. */
async function counts(page: Page): Promise<Record<string, number>> {
  const text = (await page.getByText(/\d+ clean, \d+ defective, \d+ skipped, \d+ left/).textContent()) ?? ''
  return Object.fromEntries(
    [...text.matchAll(/(\d+) (\w+)/g)].map(([, count, name]) => [name, Number(count)]),
  )
}

test('the unsorted images of the sample are sorted by keys alone, and one verdict is taken back', async ({
  page,
}) => {
  await openSort(page)
  const before = await counts(page)
  const left = before['left']!
  expect(left).toBeGreaterThanOrEqual(6)
  // Clean, a class, the next class, skip, and "defective" that asks and is answered; then the rest as clean.
  await press(page, 'c', '1', '2', 's', 'd')
  await expect(page.getByRole('status').filter({ hasText: 'Which defect?' })).toBeVisible()
  await press(page, '3')
  expect(await counts(page)).toEqual({
    clean: before['clean']! + 1,
    defective: before['defective']! + 3,
    skipped: before['skipped']! + 1,
    left: left - 5,
  })
  await press(page, ...Array.from({ length: left - 5 }, () => 'c'))
  await expect(page.getByText('All sorted').first()).toBeVisible()
  expect(await counts(page)).toMatchObject({ clean: before['clean']! + left - 4, left: 0 })

  await test.step('undo returns to the image, and a new verdict replaces the one before', async () => {
    const inHand = page.locator('.status .ellipsis')
    await press(page, 'Control+z')
    expect(await counts(page)).toMatchObject({ left: 1 })
    const undone = await inHand.textContent()
    await press(page, '1')
    expect(await counts(page)).toMatchObject({ left: 0, defective: before['defective']! + 4 })
    await press(page, 'ArrowLeft', 'Backspace')
    await expect(inHand).toHaveText(undone ?? '')
    await press(page, 's')
    expect(await counts(page)).toMatchObject({ defective: before['defective']! + 3, skipped: 2 })
  })

  await test.step('it is on disk: a reload shows the same counts in the same view', async () => {
    const now = await counts(page)
    await saved(page)
    // Where somebody looks is kept within a second; it has no "Saved" of its own.
    await page.waitForTimeout(1000)
    await page.reload()
    await expect(page.getByRole('listbox', { name: 'Images to sort' })).toBeVisible()
    expect(await counts(page)).toEqual(now)
  })
})

test('all images, and two ticked ones, are sorted at once without a pointer', async ({ page }) => {
  await openSort(page)
  const list = page.getByRole('listbox', { name: 'Images to sort' })
  await expect(list).toBeFocused()
  const before = await counts(page)
  const all = Object.values(before).reduce((sum, count) => sum + count, 0)
  expect(all).toBeGreaterThanOrEqual(20)
  await press(page, 'Control+a', 's')
  expect(await counts(page)).toEqual({ clean: 0, defective: 0, skipped: all, left: 0 })
  await press(page, 'Control+z')
  expect(await counts(page)).toEqual(before)
  await press(page, 'ArrowLeft', 'Space', 'ArrowRight', 'Space')
  await expect(page.getByText('2 ticked: the next key sorts all of them.')).toBeVisible()
  await press(page, 's')
  expect(await counts(page)).toMatchObject({ skipped: before['skipped']! + 2 })
})

test('a label file is previewed, applied in one step, and written back the same', async ({ page }) => {
  await openSort(page)
  mkdirSync('test-results', { recursive: true })
  const file = 'test-results/labels.json'
  const names = await page
    .getByRole('listbox', { name: 'Images to sort' })
    .getByRole('option')
    .evaluateAll((cards) =>
      cards
        .filter((card) => card.getAttribute('data-sorted') === 'unsorted')
        .map((card) => card.getAttribute('title') ?? ''),
    )
  const [first, second] = names
  writeFileSync(file, JSON.stringify({ [first!]: [], [second!]: ['Dent'], 'nowhere.png': ['Dent'] }))
  const before = await counts(page)

  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Label file' }).click()
  await page.getByRole('menuitem', { name: 'Import …' }).click()
  await (await choosing).setFiles(file)
  const report = page.getByRole('region', { name: 'Label file' })
  await expect(report).toContainText('1 image clean, 1 image defective (Dent 1, new)')
  await expect(report).toContainText('nowhere.png')
  expect(await counts(page)).toEqual(before)
  await report.getByRole('button', { name: 'Label 2 images' }).click()
  await expect(report).toContainText('2 images labelled from labels.json')
  expect(await counts(page)).toMatchObject({ left: before['left']! - 2, clean: before['clean']! + 1 })

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Label file' }).click()
  await page.getByRole('menuitem', { name: 'Save' }).click()
  const download = await downloading
  const labels = JSON.parse(readFileSync(await download.path(), 'utf8')) as Record<string, string[]>
  expect(labels[first!]).toEqual([])
  expect(labels[second!]).toEqual(['Dent'])

  await page.keyboard.press('Control+z')
  expect(await counts(page)).toEqual(before)
})

for (const size of [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
]) {
  test(`the sort view fits ${size.width}x${size.height} and has no serious accessibility finding`, async ({
    page,
  }) => {
    const folder = `test-results/screens-${size.width}x${size.height}`
    mkdirSync(folder, { recursive: true })
    await page.setViewportSize(size)
    await openSort(page)
    await press(page, 'c', '1', 's', '2')
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: `${folder}/sort.png`, animations: 'disabled' })
    await press(page, 'd')
    await page.screenshot({ path: `${folder}/sort-asking.png`, animations: 'disabled' })
    expect(await findings(page)).toEqual([])
    const overflow = await page.evaluate(() => ({
      x: document.documentElement.scrollWidth - window.innerWidth,
      y: document.documentElement.scrollHeight - window.innerHeight,
    }))
    expect(overflow).toEqual({ x: 0, y: 0 })
    await press(page, 'Escape', 'Escape')
    await expect(page.getByRole('listbox', { name: 'Images', exact: true })).toBeVisible()
  })
}
