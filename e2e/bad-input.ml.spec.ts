import { expect, test, type Page } from '@playwright/test'
import { findChromium } from '../bin/findChromium.mjs'
import { openBoxedPlates } from './support/boxedPlates'
import { goTo, openStart, saved } from './support/screens'
import { storedRecords } from './support/storedProject'

async function startTraining(page: Page, epochs: number): Promise<void> {
  await goTo(page, 'Train')
  await page.getByLabel('Epochs', { exact: true }).fill(String(epochs))
  await page
    .getByRole('complementary', { name: 'Training settings' })
    .getByRole('button', { name: 'Train' })
    .click()
}

test('one class and no validation image: it trains, and says what that means', async ({ page }) => {
  await openBoxedPlates(page)
  await goTo(page, 'Train')
  await expect(page.getByText(/0 reviewed validation images.*the last model is kept/)).toBeVisible()
  await startTraining(page, 2)
  const run = page.getByRole('complementary', { name: 'Runs' }).getByRole('listitem').first()
  await expect(run).toContainText('finished', { timeout: 300_000 })
  await saved(page)
  expect((await storedRecords(page)).find((record) => record.type === 'run')).toMatchObject({
    status: 'finished',
    failure: null,
  })
})

test('a tab killed while training: nothing else is lost, and the run says that it was interrupted', async ({
  page,
  context,
}) => {
  await openBoxedPlates(page)
  await startTraining(page, 400)
  await expect(page.getByRole('heading', { name: 'Training', exact: true })).toBeVisible({ timeout: 300_000 })
  await saved(page)
  const session = await context.newCDPSession(page)
  // Answers never: the tab is gone.
  session.send('Page.crash').catch(() => undefined)
  await page.waitForEvent('crash')
  const next = await context.newPage()
  await openStart(next)
  await next.getByRole('button', { name: /^Continue/ }).click()
  await goTo(next, 'Train')
  const run = next.getByRole('complementary', { name: 'Runs' }).getByRole('listitem').first()
  // Before the first checkpoint it has failed, after it can be resumed (resume.ml.spec.ts).
  await expect(run).toContainText(/failed|interrupted/)
  await expect(run).toContainText(/closed|reload|interrupted|ended/i)
  await expect(
    next.getByRole('complementary', { name: 'Training settings' }).getByRole('button', { name: 'Train' }),
  ).toBeEnabled()
  const records = await storedRecords(next)
  expect(records.filter((record) => record.type === 'annotation')).toHaveLength(3)
  expect(records.filter((record) => record.type === 'mask')).toHaveLength(3)
})

test('without WebGPU the app says so, and boxes get their masks all the same', async ({
  playwright,
  baseURL,
}) => {
  const executablePath = findChromium()
  const browser = await playwright.chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--disable-features=WebGPU', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      ...(baseURL ? { baseURL } : {}),
    })
    await openBoxedPlates(page)
    await expect(page.locator('.status')).toContainText('No WebGPU')
    await page.getByLabel('Generator').selectOption('segmenter')
    await page.getByRole('button', { name: 'Again …' }).click()
    await page.getByRole('button', { name: 'Propose again' }).click()
    await expect(async () => {
      await saved(page)
      const masks = (await storedRecords(page)).filter((record) => record.type === 'mask')
      expect(JSON.stringify(masks)).toContain('"generatorId":"segmenter"')
    }).toPass({ timeout: 120_000 })
  } finally {
    await browser.close()
  }
})
