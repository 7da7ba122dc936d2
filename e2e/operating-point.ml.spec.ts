import { expect, test, type Page } from '@playwright/test'
import { findings } from './support/findings'
import { goTo, openSample, saved } from './support/screens'
import { storedBlob, storedRecords, type StoredRecord } from './support/storedProject'

/** Trains on the sample's boxes until the run is finished and its drafts are in the queue. */
async function train(page: Page, settings: Readonly<Record<string, string>>): Promise<void> {
  await goTo(page, 'Train')
  const form = page.getByRole('complementary', { name: 'Training settings' })
  const flips = form.getByLabel('Flips', { exact: true })
  if (!(await flips.isVisible())) await form.getByText('Advanced').click()
  await flips.selectOption('none')
  for (const [label, value] of Object.entries(settings))
    await page.getByLabel(label, { exact: true }).fill(value)
  const runs = page.getByRole('complementary', { name: 'Runs' }).getByRole('listitem')
  const before = await runs.count()
  await form.getByRole('button', { name: 'Train' }).click()
  await expect(runs).toHaveCount(before + 1)
  await expect(runs.first()).toContainText('finished', { timeout: 600_000 })
  // Drafting begins a moment after the run has finished; the views of a run are there when it has ended.
  await expect(form.getByRole('button', { name: 'Train' })).toBeEnabled({ timeout: 300_000 })
  await saved(page)
}

const runOf = async (page: Page, name: string): Promise<StoredRecord> =>
  (await storedRecords(page)).find((record) => record.type === 'run' && record.name === name)!

test('a run is measured on reviewed images, its threshold moved by keys, applied, and drafted with; then compared', async ({
  page,
}) => {
  await openSample(page)
  await goTo(page, 'Annotate')
  // The quickest: what made the masks plays no part here.
  await page.getByLabel('Generator', { exact: true }).selectOption('otsu')
  await page.getByRole('button', { name: /^Propose all boxes/ }).click()
  await expect(page.getByRole('button', { name: 'Propose all boxes', exact: true })).toBeDisabled({
    timeout: 300_000,
  })
  await train(page, { Epochs: '2', Seed: '3', 'Input, long side (px; 0 = automatic)': '64' })

  await test.step('a find on an image that the run did not learn from is accepted', async () => {
    const records = await storedRecords(page)
    // Images of the test split are kept for Evaluate and count here no more than those that were learned from.
    const unfit = new Set((await runOf(page, 'Run 1')).trainImageIds as string[])
    for (const record of records) if (record.type === 'image' && record.split === 'test') unfit.add(record.id)
    const finds = new Set(
      records
        .filter((record) => record.type === 'mask' && !unfit.has(record.imageId as string))
        .map((mask) => `queue-${mask.id}`),
    )
    expect(finds.size).toBeGreaterThan(0)
    await goTo(page, 'Review')
    const queue = page.getByRole('listbox', { name: 'Queue, most useful first' })
    await queue.focus()
    // The list draws only the rows in sight: the keys walk to the first such find.
    await expect(async () => {
      const current = await queue.getAttribute('aria-activedescendant')
      if (!finds.has(current ?? '')) await page.keyboard.press('j')
      expect(finds).toContain(current)
    }).toPass({ intervals: [50], timeout: 120_000 })
    await page.keyboard.press('Enter')
    await saved(page)
  })

  const slider = page.getByRole('slider', { name: 'Threshold' })
  await test.step('the operating point says what it rests on', async () => {
    await goTo(page, 'Train')
    await page.keyboard.press('t')
    await expect(page.getByRole('heading', { name: 'Operating point of Run 1' })).toBeVisible()
    await expect(slider).toBeVisible({ timeout: 120_000 })
    await expect(slider).toHaveAttribute('aria-valuetext', '0.50')
    await expect(page.getByText(/more independent reviewed images are needed/)).toBeVisible()
    await expect(page.getByText(/^n = \d+ images? in \d+ groups?$/)).toBeVisible()
    await expect(page.getByRole('img', { name: /^Precision over recall/ })).toBeVisible()
    await expect(page.getByRole('button', { name: /Open in Annotate$/ })).toHaveCount(6)
  })

  await test.step('a finished run, its downloads and its operating point are legible to everybody', async () => {
    expect.soft(await findings(page), 'operating point').toEqual([])
    await page.getByRole('button', { name: 'Curves', exact: true }).click()
    await page.getByRole('main').getByRole('button', { name: 'Download model' }).click()
    await expect(page.getByRole('menuitem', { name: /^Head alone/ })).toBeVisible()
    expect.soft(await findings(page), 'finished run').toEqual([])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menuitem', { name: /^Head alone/ })).toBeHidden()
    await page.getByRole('button', { name: /^Threshold/ }).click()
    await expect(slider).toBeVisible()
  })

  await test.step('arrows move it, the numbers and the examples follow, Enter applies', async () => {
    const recall = page.getByRole('row', { name: /^Recall/ }).getByRole('cell')
    const before = Number(await recall.first().textContent())
    await slider.focus()
    await page.keyboard.press('Home')
    await expect(slider).toHaveAttribute('aria-valuetext', '0.05')
    await expect(page.getByRole('heading', { name: 'Examples at 0.05' })).toBeVisible()
    // A lower threshold never finds less.
    expect(Number(await recall.first().textContent())).toBeGreaterThanOrEqual(before)
    for (let press = 0; press < 25; press++) await page.keyboard.press('ArrowRight')
    await expect(slider).toHaveAttribute('aria-valuetext', '0.30')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'In use', exact: true })).toBeDisabled()
    await saved(page)
    const run = await runOf(page, 'Run 1')
    expect(run).toMatchObject({ threshold: 0.3, thresholdBy: 'person' })
    const info = JSON.parse((await storedBlob(page, run.modelInfo as string)).toString()) as object
    expect(info).toMatchObject({ format: 'maskwright-student', threshold: 0.3 })
  })

  await test.step('drafting again cuts every image at the new threshold', async () => {
    await page.getByRole('button', { name: 'Draft all images again' }).click()
    await expect(page.getByText(/drafted at another threshold/)).toBeHidden({ timeout: 300_000 })
    await saved(page)
    const run = await runOf(page, 'Run 1')
    const layers = (await storedRecords(page)).filter(
      (record) => record.type === 'layer' && record.runId === run.id,
    )
    expect(layers).toHaveLength(30)
    expect(new Set(layers.map((layer) => layer.threshold))).toEqual(new Set([0.3]))
  })

  await test.step('a second run stands beside the first; going back is one click', async () => {
    await page.keyboard.press('Escape')
    await expect(page.getByRole('heading', { name: 'Run 1', exact: true })).toBeVisible()
    await train(page, { Epochs: '1', Seed: '4', 'Input, long side (px; 0 = automatic)': '64' })
    await page.keyboard.press('c')
    const settings = page.getByRole('region', { name: 'Settings' })
    await expect(settings.getByRole('row', { name: 'Seed 3 4' })).toBeVisible({ timeout: 120_000 })
    await expect(settings.getByRole('row', { name: 'Epochs 2 1' })).toBeVisible()
    await expect(settings.getByRole('row', { name: 'Threshold 0.30, by hand 0.50' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Loss' }).getByRole('img')).toBeVisible()
    await expect(page.getByRole('region', { name: 'Changed masks' })).toContainText(/of 30 images/)
    expect.soft(await findings(page), 'comparison').toEqual([])
    const first = await runOf(page, 'Run 1')
    await page.getByRole('main').getByRole('button', { name: 'Use this model' }).click()
    await saved(page)
    const active = (await storedRecords(page)).find((record) => record.type === 'settings')
    expect(active?.activeRunId).toBe(first.id)
  })
})
