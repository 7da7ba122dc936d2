import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { canvas, goTo, openSample, openStart, STAGES } from './support/screens'

/** Findings of weight on the screen as it stands, in one line each. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map(
      (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
    )
}

test('the start screen has no serious accessibility finding', async ({ page }) => {
  await openStart(page)
  expect(await findings(page)).toEqual([])
})

test('no screen of the sample has a serious accessibility finding', async ({ page }) => {
  await openSample(page)
  for (const stage of STAGES) {
    await goTo(page, stage)
    if (stage === 'Annotate') await expect(canvas(page)).toBeVisible()
    await page.waitForLoadState('networkidle')
    expect.soft(await findings(page), stage).toEqual([])
  }
})

test('palette and shortcut sheet have no serious accessibility finding', async ({ page }) => {
  await openSample(page)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(await findings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: /shortcut/i })).toBeVisible()
  expect(await findings(page)).toEqual([])
})
