import { mkdirSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { canvas, drawBox, goTo, openSample, openStart, STAGES } from './support/screens'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
]

for (const size of SIZES) {
  const name = `${size.width}x${size.height}`

  test(`every screen of a fresh sample fits ${name}`, async ({ page }) => {
    const folder = `test-results/screens-${name}`
    mkdirSync(folder, { recursive: true })
    await page.setViewportSize(size)
    await openStart(page)
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: `${folder}/start.png` })
    await openSample(page)
    for (const stage of STAGES) {
      await goTo(page, stage)
      if (stage === 'Annotate') await expect(canvas(page)).toBeVisible()
      await page.waitForLoadState('networkidle')
      await page.screenshot({ path: `${folder}/${stage.toLowerCase()}.png`, animations: 'disabled' })
      // A page that scrolls as a whole hides its status bar or its top bar.
      const overflow = await page.evaluate(() => ({
        x: document.documentElement.scrollWidth - window.innerWidth,
        y: document.documentElement.scrollHeight - window.innerHeight,
      }))
      expect(overflow, `${stage} does not overflow`).toEqual({ x: 0, y: 0 })
    }
  })

  test(`training from image labels fits ${name}`, async ({ page }) => {
    const folder = `test-results/screens-${name}`
    mkdirSync(folder, { recursive: true })
    await page.setViewportSize(size)
    await openSample(page)
    await goTo(page, 'Train')
    await page.getByRole('radiogroup', { name: 'Learn from' }).getByText('Image labels').click()
    const form = page.getByRole('complementary', { name: 'Settings of masks from labels' })
    await expect(form.getByText('Confirmed clean')).toBeVisible()
    await page.screenshot({ path: `${folder}/train-labels.png`, animations: 'disabled' })
    expect(await form.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
    const button = (await form.getByRole('button', { name: 'Generate masks from labels' }).boundingBox())!
    expect(button.y + button.height).toBeLessThanOrEqual(size.height)
  })

  test(`the smart tool with a box in hand fits ${name}`, async ({ page }) => {
    const folder = `test-results/screens-${name}`
    mkdirSync(folder, { recursive: true })
    await page.setViewportSize(size)
    await openSample(page)
    await goTo(page, 'Annotate')
    await expect(canvas(page)).toBeVisible()
    // Needs no model, so the picture is the same on every machine.
    await page.getByLabel('Generator').selectOption('otsu')
    await page.keyboard.press('s')
    await drawBox(page, { x: 300, y: 230, width: 60, height: 40 })
    const last = page.getByRole('listbox', { name: 'Objects of this image' }).getByRole('option').last()
    await expect(last).toHaveAttribute('aria-label', /proposed|no object/)
    await page.screenshot({ path: `${folder}/annotate-smart.png`, animations: 'disabled' })
    const bar = (await page.locator('.smart-bar').boundingBox())!
    const stage = (await canvas(page).boundingBox())!
    expect(bar.x).toBeGreaterThanOrEqual(stage.x)
    expect(bar.x + bar.width).toBeLessThanOrEqual(stage.x + stage.width)
    // Long words about the selected mask must not push the panel off the screen.
    const panel = page.getByRole('complementary', { name: 'Inspector' })
    expect(await panel.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
    const accept = (await page.getByRole('button', { name: 'Accept mask', exact: true }).boundingBox())!
    expect(accept.x + accept.width).toBeLessThanOrEqual(size.width)
  })
}
