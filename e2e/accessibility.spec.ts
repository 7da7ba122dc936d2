import { expect, test } from '@playwright/test'
import { findings } from './support/findings'
import { canvas, goTo, openSample, openStart, STAGES } from './support/screens'

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

test('students, backbones and all parameters of a run have no serious accessibility finding', async ({
  page,
}) => {
  await openSample(page)
  await goTo(page, 'Train')
  const form = page.getByRole('complementary', { name: 'Training settings' })
  await form.getByText('Advanced').click()
  const student = form.getByLabel('Student', { exact: true })
  for (const id of ['unet', 'dino-boxes2pixels', 'light']) {
    await student.selectOption(id)
    expect.soft(await findings(page), id).toEqual([])
  }
  await form.getByRole('button', { name: 'Manage models …' }).click()
  const models = page.getByRole('dialog', { name: 'Models' })
  await expect(models.getByRole('listitem').first()).toBeVisible()
  expect(await findings(page)).toEqual([])
})

test('training from image labels, with all of its parameters, has no serious accessibility finding', async ({
  page,
}) => {
  await openSample(page)
  await goTo(page, 'Train')
  await page.getByRole('radiogroup', { name: 'Learn from' }).getByText('Image labels').click()
  const form = page.getByRole('complementary', { name: 'Settings of masks from labels' })
  await expect(form.getByText('Confirmed clean')).toBeVisible()
  expect(await findings(page)).toEqual([])
  for (const fold of await form.getByText('Advanced').all()) await fold.click()
  expect(await findings(page)).toEqual([])
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
