import { mkdirSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { canvas, goTo, openSample, openStart, STAGES } from './support/screens'

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
}
