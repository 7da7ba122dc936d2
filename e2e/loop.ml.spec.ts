import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { areaOf, boundsOf, readRle } from './support/readRle'
import { canvas, drawBox, goTo, openImage, openSample, saved } from './support/screens'
import { storedBlob, storedRecords, type StoredRecord } from './support/storedProject'

interface Defect {
  readonly image: StoredRecord
  readonly className: string
  readonly boxPx: { x: number; y: number; width: number; height: number }
}

/** An unboxed training image with a defect, and a rough box around it: what the person sees, taken from the truth. */
async function unboxedDefect(page: Page): Promise<Defect> {
  const records = await storedRecords(page)
  const boxed = new Set(records.filter((r) => r.type === 'annotation').map((r) => r.imageId))
  for (const image of records.filter((r) => r.type === 'image' && r.split === 'train' && !boxed.has(r.id))) {
    const layer = records.find(
      (r) => r.type === 'layer' && r.role === 'groundTruth' && r.imageId === image.id,
    )
    const instances = JSON.parse((await storedBlob(page, layer?.instances as string)).toString()) as {
      classId: string
      counts: string
    }[]
    const [instance] = instances
    if (instance === undefined) continue
    const bounds = boundsOf(readRle([image.height as number, image.width as number], instance.counts))
    if (bounds === null) continue
    const [x, y, width, height] = bounds
    const margin = 4
    const left = Math.max(1, x - margin)
    const top = Math.max(1, y - margin)
    return {
      image,
      className: records.find((r) => r.id === instance.classId)?.name as string,
      boxPx: {
        x: left,
        y: top,
        width: Math.min((image.width as number) - 1, x + width + margin) - left,
        height: Math.min((image.height as number) - 1, y + height + margin) - top,
      },
    }
  }
  throw new Error('the sample has no unboxed training image with a defect')
}

test('sample, box, mask, training, draft, accept, export: the file holds the accepted pixels', async ({
  page,
}) => {
  test.setTimeout(900_000)
  await openSample(page)
  const defect = await unboxedDefect(page)

  await test.step('a drawn box shows its mask without asking', async () => {
    await openImage(page, defect.image.fileName as string)
    await expect(canvas(page)).toBeVisible()
    await page.getByRole('radio', { name: new RegExp(`^${defect.className},`) }).click()
    await page.getByRole('button', { name: 'Box', exact: true }).click()
    await drawBox(page, defect.boxPx)
    const objects = page.getByRole('listbox', { name: 'Objects of this image' })
    await expect(
      objects.getByRole('option', { name: new RegExp(`^${defect.className}, [\\d,]+ px, proposed`) }),
    ).toHaveCount(1, { timeout: 120_000 })
    await saved(page)
  })

  if (process.env['UPDATE_README'] !== undefined) await page.screenshot({ path: 'docs/images/annotate.png' })

  await test.step('a reload brings back stage, image, zoom and mask', async () => {
    await canvas(page).hover()
    await page.mouse.wheel(0, -300)
    const zoom = page.locator('.status-zoom')
    await expect(zoom).not.toHaveText('')
    const before = { zoom: await zoom.textContent(), objects: await objectNames(page) }
    await saved(page)
    // Where somebody looks is kept within a second, as edits are; it has no "Saved" of its own.
    await page.waitForTimeout(1000)
    await page.reload()
    await expect(page.getByRole('tab', { name: 'Annotate' })).toHaveAttribute('aria-selected', 'true')
    await expect(page.locator('.status')).toContainText(defect.image.fileName as string)
    await expect(zoom).toHaveText(before.zoom ?? '')
    expect(await objectNames(page)).toEqual(before.objects)
  })

  await test.step('all other boxes get their masks as a job', async () => {
    await page.getByRole('button', { name: /^Propose all boxes/ }).click()
    await expect(page.getByRole('button', { name: 'Propose all boxes', exact: true })).toBeDisabled({
      timeout: 300_000,
    })
    await saved(page)
  })

  await test.step('a few epochs of training, set through the form', async () => {
    await goTo(page, 'Train')
    await page.getByLabel('Epochs', { exact: true }).fill('4')
    await page.getByLabel('Seed', { exact: true }).fill('3')
    await page.getByLabel('Self-correction threshold').fill('0.8')
    await page.getByLabel('Warm-up (epochs)').fill('1')
    await page
      .getByRole('complementary', { name: 'Training settings' })
      .getByRole('button', { name: 'Train' })
      .click()
    const run = page.getByRole('complementary', { name: 'Runs' }).getByRole('listitem').first()
    await expect(run).toContainText('running')
    await expect(run).toContainText('finished', { timeout: 600_000 })
    await expect(run).toContainText('in the queue', { timeout: 300_000 })
    await expect(page.getByRole('heading', { name: 'Drafting masks for all images' })).toBeHidden({
      timeout: 300_000,
    })
    await saved(page)
    const records = await storedRecords(page)
    const params = records.find((record) => record.type === 'run')?.params
    expect(params).toMatchObject({ epochs: 4, seed: 3, correctionThreshold: 0.8, correctionWarmup: 1 })
  })

  let acceptedId = ''
  await test.step("a student's mask is in the queue and can be accepted", async () => {
    await goTo(page, 'Review')
    const draft = page.getByRole('option', { name: /, (Student differs|New find|On clean image), / }).first()
    await draft.click()
    await expect(draft).toHaveAttribute('aria-selected', 'true')
    if (process.env['UPDATE_README'] !== undefined) await page.screenshot({ path: 'docs/images/review.png' })
    acceptedId = ((await draft.getAttribute('id')) ?? '').replace(/^queue-/, '')
    await page.getByRole('button', { name: /^Accept/ }).click()
    await expect(page.locator(`[id="queue-${acceptedId}"]`)).toHaveCount(0)
    await saved(page)
  })

  await test.step('the exported file equals the accepted pixels', async () => {
    await goTo(page, 'Export')
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await expect(page.getByText('Round trip exact.')).toBeVisible({ timeout: 120_000 })
    const downloading = page.waitForEvent('download')
    await page
      .getByRole('button', { name: /^Download/ })
      .first()
      .click()
    const file = await (await downloading).path()
    const coco = JSON.parse(await readFile(file, 'utf8')) as Coco

    const records = await storedRecords(page)
    const mask = records.find((record) => record.id === acceptedId)
    const image = records.find((record) => record.id === mask?.imageId)
    const size: [number, number] = [image?.height as number, image?.width as number]
    const accepted = readRle(size, (await storedBlob(page, mask?.pixels as string)).toString('ascii'))
    expect(areaOf(accepted)).toBeGreaterThan(0)

    const entry = coco.images.find((one) => one.file_name === image?.fileName)
    expect(entry).toMatchObject({ height: size[0], width: size[1] })
    const written = coco.annotations
      .filter((one) => one.image_id === entry?.id && 'counts' in one.segmentation)
      .map((one) => ({ one, mask: readRle(one.segmentation.size, one.segmentation.counts) }))
    const same = written.find(({ mask: other }) => Buffer.compare(other.rows, accepted.rows) === 0)
    expect(same, 'one exported mask equals the accepted one pixel by pixel').toBeDefined()
    expect(same?.one).toMatchObject({ area: areaOf(accepted), bbox: boundsOf(accepted), iscrowd: 0 })

    const ids = coco.annotations.map((one) => one.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Math.min(...ids)).toBeGreaterThanOrEqual(1)
    const clean = records.filter((record) => record.type === 'image' && record.status === 'confirmedClean')
    expect(coco.images.map((one) => one.file_name)).toEqual(
      expect.arrayContaining(clean.map((record) => record.fileName as string)),
    )
  })
})

interface Coco {
  readonly images: readonly { id: number; file_name: string; width: number; height: number }[]
  readonly annotations: readonly {
    id: number
    image_id: number
    area: number
    bbox: number[]
    iscrowd: number
    segmentation: { size: [number, number]; counts: string }
  }[]
}

async function objectNames(page: Page): Promise<string[]> {
  const objects = page.getByRole('listbox', { name: 'Objects of this image' }).getByRole('option')
  await expect(objects.first()).toBeVisible()
  return objects.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))
}
