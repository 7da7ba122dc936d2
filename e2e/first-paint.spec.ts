import { expect, test } from '@playwright/test'
import { openStart } from './support/screens'

test('the first paint fetches neither runtime, no model and nothing from elsewhere', async ({ page }) => {
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  await openStart(page)
  await page.waitForLoadState('networkidle')
  // Scripts of workers are called `<what>.worker-<hash>.js`; `workerHost` is the page's own end of the line.
  expect(
    addresses.filter((address) => /\.wasm|\.onnx|\.worker[-.]|\/(ort|tfjs)[^/]*$/i.test(address)),
  ).toEqual([])
  const origin = new URL(page.url()).origin
  expect(
    addresses.filter((address) => !address.startsWith(origin) && !/^(data|blob):/.test(address)),
  ).toEqual([])
})

test('the page is isolated, so that threads work', async ({ page }) => {
  await openStart(page)
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
})

test('nothing is reported to the console while the start screen and the sample open', async ({ page }) => {
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  await openStart(page)
  await page.getByRole('button', { name: /Try the sample/ }).click()
  await expect(page.getByRole('tab', { name: 'Annotate' })).toBeVisible({ timeout: 60_000 })
  expect(faults).toEqual([])
})

test('the start screen says that images stay here, and offers three ways in', async ({ page }) => {
  await openStart(page)
  await expect(page.getByText('Images stay on this computer')).toBeVisible()
  await expect(page.getByRole('button', { name: /Open a folder/ })).toBeEnabled()
  await expect(page.getByRole('button', { name: /Try the sample/ })).toBeEnabled()
  await expect(page.getByRole('button', { name: /^Continue/ })).toBeDisabled()
})
