import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { areaOf, boundsOf, readRle } from './support/readRle'
import { goTo, openSample, saved } from './support/screens'
import { storedBlob, storedRecords } from './support/storedProject'

/** Places of each surface's pictures that the sample leaves clean, from 1. */
const CLEAN = [3, 6, 10]

/** How a person would sort a picture of the sample: "leather_04" is the third with a defect, so its first one is a stain. */
function keyFor(fileName: string): string {
  const place = Number(/_(\d+)\.png$/.exec(fileName)![1])
  if (CLEAN.includes(place)) return 'c'
  return String(1 + ((place - 1 - CLEAN.filter((clean) => clean < place).length) % 3))
}

const leftToSort = async (page: Page): Promise<number> => {
  const counts = page.getByText(/\d+ clean, \d+ defective, \d+ skipped, \d+ left/)
  return Number(/(\d+) left/.exec((await counts.textContent()) ?? '')![1])
}
const inHand = async (page: Page): Promise<string> =>
  (await page.locator('.status .ellipsis').textContent()) ?? ''

test('twenty images sorted by keys, masks from their labels, one accepted, and exported to the pixel', async ({
  page,
}) => {
  test.setTimeout(900_000)
  await openSample(page)

  await test.step('sort by keys alone', async () => {
    await goTo(page, 'Images')
    await page.keyboard.press('Shift+S')
    await expect(page.getByRole('listbox', { name: 'Images to sort' })).toBeFocused()
    let keys = 0
    for (let left = await leftToSort(page); left > 0; left--, keys++) {
      await page.keyboard.press(keyFor(await inHand(page)))
      await expect.poll(() => leftToSort(page)).toBe(left - 1)
    }
    // The sample has eighteen unsorted pictures; two that are clean already are sorted again, as what they are.
    for (let again = 0; again < 2; again++, keys++) {
      do await page.keyboard.press('ArrowLeft')
      while (keyFor(await inHand(page)) !== 'c')
      await page.keyboard.press('c')
    }
    expect(keys).toBeGreaterThanOrEqual(20)
    await expect(page.getByText(/\d+ clean, \d+ defective, 0 skipped, 0 left/)).toBeVisible()
    await saved(page)
  })

  const labels = page.getByRole('complementary', { name: 'Settings of masks from labels' })
  await test.step('a classifier learns from the labels, its curves and maps are shown, masks follow', async () => {
    await goTo(page, 'Train')
    await page.getByRole('radiogroup', { name: 'Learn from' }).getByText('Image labels').click()
    await expect(labels.getByText('Confirmed clean')).toBeVisible()
    await labels.getByLabel('Epochs', { exact: true }).fill('4')
    await labels.getByRole('button', { name: 'Generate masks from labels' }).click()
    await expect(page.getByRole('heading', { name: 'Training the classifier' })).toBeVisible({
      timeout: 180_000,
    })
    await expect(page.getByRole('img', { name: /^Classifier after \d+ epochs: AP / })).toBeVisible({
      timeout: 180_000,
    })
    await expect(
      page.getByRole('region', { name: 'Where the classifier looks' }).getByRole('figure').first(),
    ).toBeVisible()
    const run = page
      .getByRole('complementary', { name: 'Masks from labels so far' })
      .getByRole('listitem')
      .first()
    await expect(run).toContainText('Finished', { timeout: 600_000 })
    await expect(run).toContainText('Its masks are shown')
    await saved(page)
  })

  await test.step('the inpainting extension can be watched round by round', async () => {
    await page.getByRole('button', { name: 'Watch the extension' }).click()
    const dialog = page.getByRole('dialog', { name: /Inpainting extension/ })
    await dialog.getByRole('button', { name: 'Play' }).click()
    await expect(dialog.getByRole('button', { name: /^Round 1 / })).toBeVisible({ timeout: 120_000 })
    await expect(dialog.getByRole('figure')).toHaveCount(4)
    await expect(dialog.locator('.watch-end')).not.toBeEmpty({ timeout: 180_000 })
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
  })

  let acceptedId = ''
  await test.step('a mask from a label waits in review and can be accepted', async () => {
    await goTo(page, 'Review')
    const queue = page.getByRole('listbox', { name: 'Queue, most useful first' }).getByRole('option')
    const fromLabel = queue.filter({ hasText: 'From label' })
    await expect(queue.filter({ hasNotText: 'From label' })).not.toHaveCount(0)
    const reason = page.getByLabel('Filter by reason')
    await reason.selectOption('fromTags')
    await expect(queue.filter({ hasNotText: 'From label' })).toHaveCount(0)
    const shown = Number((await reason.locator('option:checked').textContent())?.match(/\((\d+)\)$/)?.[1])
    await expect(queue.first()).toHaveAttribute('aria-setsize', String(shown))
    const item = fromLabel.first()
    await item.click()
    await expect(item).toHaveAttribute('aria-selected', 'true')
    acceptedId = ((await item.getAttribute('id')) ?? '').replace(/^queue-/, '')
    await page.getByRole('button', { name: /^Accept/ }).click()
    await expect(page.locator(`[id="queue-${acceptedId}"]`)).toHaveCount(0)
    await expect(queue.first()).toHaveAttribute('aria-setsize', String(shown - 1))
    await page.screenshot({ path: 'test-results/review-one-reason.png' })
    await reason.selectOption('')
    await expect(queue.filter({ hasNotText: 'From label' })).not.toHaveCount(0)
    await saved(page)
  })

  await test.step('the exported file holds its pixels', async () => {
    await goTo(page, 'Export')
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await expect(page.getByText('Round trip exact.')).toBeVisible({ timeout: 120_000 })
    const downloading = page.waitForEvent('download')
    await page
      .getByRole('button', { name: /^Download/ })
      .first()
      .click()
    const coco = JSON.parse(await readFile(await (await downloading).path(), 'utf8')) as Coco
    const records = await storedRecords(page)
    const mask = records.find((record) => record.id === acceptedId)
    expect(mask?.provenance).toMatchObject({ kind: 'cam', round: 1 })
    const image = records.find((record) => record.id === mask?.imageId)
    const size: [number, number] = [image?.height as number, image?.width as number]
    const accepted = readRle(size, (await storedBlob(page, mask?.pixels as string)).toString('ascii'))
    expect(areaOf(accepted)).toBeGreaterThan(0)
    const entry = coco.images.find(({ file_name }) => file_name === image?.fileName)
    const same = coco.annotations
      .filter((one) => one.image_id === entry?.id && 'counts' in one.segmentation)
      .find(
        ({ segmentation }) =>
          Buffer.compare(readRle(segmentation.size, segmentation.counts).rows, accepted.rows) === 0,
      )
    expect(same).toMatchObject({ area: areaOf(accepted), bbox: boundsOf(accepted), iscrowd: 0 })
  })
})

interface Coco {
  readonly images: readonly { id: number; file_name: string }[]
  readonly annotations: readonly {
    image_id: number
    area: number
    bbox: number[]
    iscrowd: number
    segmentation: { size: [number, number]; counts: string }
  }[]
}
