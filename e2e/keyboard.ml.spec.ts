import { expect, test, type Locator, type Page } from '@playwright/test'
import { openStart, saved } from './support/screens'

/** Presses Tab until the element has the focus: what cannot be reached so is not reachable by keyboard. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab does not reach the element')
}

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('textbox').fill(name)
  await page.keyboard.press('Enter')
}

test('from the start screen to the exported file without a pointer', async ({ page }) => {
  await openStart(page)
  await tabTo(page, page.getByRole('button', { name: /Try the sample/ }))
  await page.keyboard.press('Enter')
  const objects = page.getByRole('listbox', { name: 'Objects of this image' })
  await expect(objects).toBeVisible({ timeout: 60_000 })

  await tabTo(page, objects)
  await page.keyboard.press('ArrowDown')
  const first = objects.getByRole('option').first()
  await expect(first).toHaveAttribute('aria-selected', 'true')
  const name = (await first.getAttribute('aria-label')) ?? ''
  await page.keyboard.press('Shift+?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('Delete')
  await expect(objects.getByRole('option', { name, exact: true })).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(objects.getByRole('option', { name, exact: true })).toHaveCount(1)

  await test.step('the smart tool: a box, another candidate, a click, accepted', async () => {
    const count = await objects.getByRole('option').count()
    await page.keyboard.press('s')
    await page.keyboard.press('Shift+R')
    await expect(objects.getByRole('option')).toHaveCount(count + 1)
    const drawn = objects.getByRole('option').last()
    await expect(drawn).toHaveAttribute('aria-label', /proposed|no object/, { timeout: 120_000 })
    await expect(drawn).toHaveAttribute('aria-selected', 'true')
    const bar = page.locator('.smart-bar')
    await expect(bar).toContainText(/1 of \d: /)
    await page.keyboard.press(']')
    await expect(bar).toContainText(/2 of \d: /)
    await page.keyboard.press('Alt+ArrowRight')
    await page.keyboard.press('q')
    // Either the click is made and can be taken back, or the model says that it takes none.
    await expect(
      page
        .getByText(/but no clicks/)
        .or(page.getByRole('button', { name: 'Take back the last click', disabled: false })),
    ).toBeVisible()
    await expect(drawn).toHaveAttribute('aria-label', /proposed/)
    await page.keyboard.press('Enter')
    await expect(drawn).toHaveAttribute('aria-label', /accepted/)
    await page.keyboard.press('Control+z')
    await expect(drawn).toHaveAttribute('aria-label', /proposed/)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Select and move' })).toHaveAttribute(
      'aria-pressed',
      'true',
    )
  })

  await command(page, 'Propose masks for all boxes')
  await expect(page.getByRole('button', { name: 'Propose all boxes', exact: true })).toBeDisabled({
    timeout: 300_000,
  })

  await command(page, 'Go to Review')
  const strip = page.getByText(/\d+ reviewed, \d+ left/)
  await expect(strip).toHaveText(/^0 reviewed/)
  await page.keyboard.press('Enter')
  await expect(strip).toHaveText(/^1 reviewed/)
  await page.keyboard.press('x')
  await page.keyboard.press('1')
  await expect(strip).toHaveText(/^2 reviewed/)
  await page.keyboard.press('Control+z')
  await expect(strip).toHaveText(/^1 reviewed/)
  await saved(page)

  await command(page, 'Go to Export')
  await tabTo(page, page.getByRole('button', { name: 'Export', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page.getByText('Round trip exact.')).toBeVisible({ timeout: 120_000 })
})
