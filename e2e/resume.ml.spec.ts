import { expect, test, type Page } from '@playwright/test'
import { openBoxedPlates } from './support/boxedPlates'
import { goTo, openStart, saved } from './support/screens'
import { storedBlob, storedRecords, type StoredRecord } from './support/storedProject'

/** So many that the tab dies before the last. */
const EPOCHS = 6

interface StoredRun extends StoredRecord {
  readonly status: string
  readonly checkpoint: { readonly epochsDone: number } | null
  readonly log: string | null
  readonly model: string | null
}

async function storedRun(page: Page): Promise<StoredRun | undefined> {
  return (await storedRecords(page)).find((record) => record.type === 'run') as StoredRun | undefined
}

/** The tab dies as it does when its process is killed: nothing gets a chance to save. */
async function kill(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  session.send('Page.crash').catch(() => undefined)
  await page.waitForEvent('crash')
}

test('a tab killed in mid-training: the run resumes where it was saved and ends as if nothing had happened', async ({
  page,
  context,
}) => {
  await openBoxedPlates(page)
  await test.step('a mask is accepted', async () => {
    await goTo(page, 'Review')
    const rows = page.getByRole('option')
    await expect(rows).toHaveCount(3)
    await page.getByRole('button', { name: /^Accept/ }).click()
    await expect(rows).toHaveCount(2)
    await saved(page)
  })

  await test.step('training, until the first checkpoint is on the disk', async () => {
    await goTo(page, 'Train')
    await page.getByLabel('Epochs', { exact: true }).fill(String(EPOCHS))
    // Few large steps: on a busy machine each one waits for its threads.
    await page.getByText('Advanced', { exact: true }).click()
    await page.getByLabel('Batch size', { exact: true }).fill('32')
    await page
      .getByRole('complementary', { name: 'Training settings' })
      .getByRole('button', { name: 'Train' })
      .click()
    await expect
      .poll(async () => (await storedRun(page))?.checkpoint ?? null, { timeout: 400_000, intervals: [250] })
      .not.toBeNull()
    await kill(page)
  })

  const next = await context.newPage()
  const run = next.getByRole('complementary', { name: 'Runs' }).getByRole('listitem').first()
  await test.step('opened again, the run says where it stands and shows its curves so far', async () => {
    await openStart(next)
    await next.getByRole('button', { name: /^Continue/ }).click()
    await expect(next.getByText(/is saved at epoch \d of 6\. Open Train to resume it/)).toBeVisible()
    await goTo(next, 'Train')
    await expect(run).toContainText(/interrupted at epoch [1-5] of 6/)
    await expect(next.getByRole('img', { name: /^Loss by step and epoch: \d+ epochs/ })).toBeVisible()
    const keep = next.getByRole('button', { name: 'Keep the model so far' })
    await expect(keep).toBeEnabled()
    expect(await storedRun(next)).toMatchObject({ status: 'running', model: null })
    if (process.env['RESUME_PICTURES'] !== undefined) {
      await next.screenshot({ path: `${process.env['RESUME_PICTURES']}/interrupted-1440.png` })
      await next.setViewportSize({ width: 1280, height: 720 })
      await next.screenshot({ path: `${process.env['RESUME_PICTURES']}/interrupted-1280.png` })
      await next.setViewportSize({ width: 1440, height: 900 })
    }
  })

  await test.step('it goes on, finishes, and its model drafts', async () => {
    await next
      .getByRole('group', { name: /^Resume / })
      .getByRole('button', { name: 'Resume' })
      .click()
    await expect(next.getByRole('heading', { name: 'Training', exact: true })).toBeVisible({
      timeout: 60_000,
    })
    if (process.env['RESUME_PICTURES'] !== undefined)
      await next.screenshot({ path: `${process.env['RESUME_PICTURES']}/resumed-1440.png` })
    await expect(run).toContainText('finished', { timeout: 400_000 })
    await expect(next.getByRole('heading', { name: 'Drafting masks for all images' })).toBeHidden({
      timeout: 400_000,
    })
    await saved(next)
    if (process.env['RESUME_PICTURES'] !== undefined)
      await next.screenshot({ path: `${process.env['RESUME_PICTURES']}/finished-1440.png` })
  })

  const stored = (await storedRun(next))!
  expect(stored).toMatchObject({ status: 'finished', checkpoint: null, failure: null })
  const series = JSON.parse((await storedBlob(next, stored.log!)).toString()) as {
    stepLoss: number[]
    epochs: { epoch: number; steps: number }[]
  }
  expect(series.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: EPOCHS }, (_, i) => i))
  const perEpoch = series.epochs[0]!.steps
  expect(series.epochs.map(({ steps }) => steps / perEpoch)).toEqual(
    Array.from({ length: EPOCHS }, (_, i) => i + 1),
  )
  expect(series.stepLoss).toHaveLength(EPOCHS * perEpoch)
  const records = await storedRecords(next)
  const predicted = records.filter((record) => record.type === 'layer' && record.runId === stored.id)
  expect(new Set(predicted.map((layer) => layer.imageId)).size).toBe(3)
})
