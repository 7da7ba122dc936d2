import { expect, test } from '@playwright/test'
import { canvas, drawBox, goTo, openSample, saved } from './support/screens'

test('after the first visit the app works offline, drawing and inference included', async ({
  page,
  context,
}) => {
  await openSample(page)
  await goTo(page, 'Annotate')
  await expect(canvas(page)).toBeVisible()
  // The first box fetches the runtime and the model; the service worker keeps both.
  const masks = page.getByRole('option', { name: /mask/i })
  await drawBox(page, { x: 30, y: 30, width: 60, height: 50 })
  await expect(masks.first()).toBeVisible({ timeout: 90_000 })
  await saved(page)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)

  await page.reload()
  await expect(canvas(page)).toBeVisible()
  await drawBox(page, { x: 100, y: 90, width: 50, height: 50 })
  await page.waitForLoadState('networkidle')

  await context.setOffline(true)
  await page.reload()
  await expect(canvas(page)).toBeVisible()
  const before = await masks.count()
  await drawBox(page, { x: 20, y: 100, width: 50, height: 60 })
  await expect(masks).toHaveCount(before + 1, { timeout: 90_000 })
  await saved(page)
})
