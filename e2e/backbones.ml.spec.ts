import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { maskwright } from './support/maskwright'
import { tinyPyramid } from '../src/nn/onnx/backbones/__fixtures__/tinyPyramid'
import { tinyVitOnnx } from '../src/nn/vit/__fixtures__/tinyVitOnnx'
import { closeModels, dropFiles, modelRow, modelsDialog, openModels } from './support/modelFiles'
import { plateWithBlob } from './support/pictures'
import { goTo, openSample, saved } from './support/screens'

/** Files of backbones with random weights, in a folder of their own. */
function backboneFiles(): { readonly [name: string]: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-backbones-'))
  const file = (name: string, bytes: Uint8Array): string => {
    writeFileSync(path.join(folder, name), bytes)
    return path.join(folder, name)
  }
  return {
    pyramid: file('tiny pyramid.onnx', tinyPyramid()),
    transformer: file('tiny transformer.onnx', tinyVitOnnx({ dim: 64, heads: 1, mlp: 64 })),
    cut: file('three maps.onnx', tinyPyramid({ strides: [4, 8, 16] })),
  }
}

const settings = (page: Page): Locator => page.getByRole('complementary', { name: 'Training settings' })
const backbone = (page: Page): Locator => settings(page).getByLabel('Backbone', { exact: true })

test('a dropped backbone is recognised, chosen, trained on, remembered and missed when it is gone', async ({
  page,
}) => {
  test.setTimeout(900_000)
  const files = backboneFiles()
  await openSample(page)

  await test.step('files are recognised by their tensors, wherever they are dropped; a wrong one is refused', async () => {
    await dropFiles(page, [files['pyramid']!])
    const pyramid = modelRow(page, 'tiny pyramid')
    await expect(pyramid.getByText('Ready', { exact: true })).toBeVisible({ timeout: 120_000 })
    await expect(pyramid).toContainText('Backbone')
    await expect(pyramid).toContainText('feature pyramid')
    await dropFiles(page, [files['transformer']!])
    await expect(modelRow(page, 'tiny transformer')).toContainText('DINOv2 vision transformer', {
      timeout: 120_000,
    })
    await dropFiles(page, [files['cut']!])
    await expect(page.getByText('it should give feat4, feat8, feat16, feat32')).toBeVisible({
      timeout: 120_000,
    })
    await expect(modelRow(page, 'three maps')).toHaveCount(0)
    await expect(modelRow(page, 'DINOv2 ViT-S/14').getByText('Not on this computer')).toBeVisible()
    await expect(
      modelRow(page, 'DINOv2 ViT-S/14').getByRole('button', { name: /^Download 89 MB/ }),
    ).toBeVisible()
    await page.screenshot({ path: 'test-results/backbones-models.png' })
    await closeModels(page)
  })

  await test.step('masks to learn from, by the quickest generator', async () => {
    await goTo(page, 'Annotate')
    await page.getByLabel('Generator', { exact: true }).selectOption('otsu')
    await page.getByRole('button', { name: /^Propose all boxes \(/ }).click()
    await expect(page.getByRole('button', { name: 'Propose all boxes', exact: true })).toBeVisible({
      timeout: 120_000,
    })
  })

  await test.step('the student is offered what gives its kind of features', async () => {
    await goTo(page, 'Train')
    await expect(backbone(page)).toHaveValue('embedded')
    const offered = backbone(page).locator('option')
    await expect(offered.filter({ hasText: 'Embedded (basic)' })).toHaveCount(1)
    await expect(offered.filter({ hasText: 'tiny pyramid' })).toHaveCount(1)
    await expect(offered.filter({ hasText: 'MobileNetV2 (add in Models …)' })).toHaveCount(1)
    // The paper's student takes tokens only: what does not give them gives way to what is here.
    const student = settings(page).getByLabel('Student', { exact: true })
    await student.selectOption('dino-boxes2pixels')
    await expect(offered.filter({ hasText: 'tiny pyramid' })).toHaveCount(0)
    await expect(offered.filter({ hasText: 'DINOv2 ViT-S/14 (download in Models …)' })).toHaveCount(1)
    await expect(backbone(page).locator('option:checked')).toHaveText('tiny transformer')
    await student.selectOption('unet')
    await expect(backbone(page)).toHaveCount(0)
    await student.selectOption('light')
    await expect(backbone(page)).toHaveValue('embedded')
  })

  await test.step('one that is not here opens Models and keeps Train from starting', async () => {
    await backbone(page).selectOption({ label: 'MobileNetV2 (add in Models …)' })
    await expect(modelsDialog(page)).toBeVisible()
    await closeModels(page)
    await expect(settings(page).getByText('MobileNetV2 is not on this computer.')).toBeVisible()
    await expect(settings(page).getByRole('button', { name: 'Train', exact: true })).toBeDisabled()
    await page.screenshot({ path: 'test-results/backbones-missing.png' })
  })

  await test.step('two epochs on the chosen one end in drafts, and its features are kept', async () => {
    await backbone(page).selectOption({ label: 'tiny pyramid' })
    await settings(page).getByLabel('Epochs', { exact: true }).fill('2')
    await settings(page).getByRole('button', { name: 'Train', exact: true }).click()
    const runs = page.getByRole('complementary', { name: 'Runs' })
    await expect(runs.getByText('finished')).toBeVisible({ timeout: 600_000 })
    await expect(settings(page).getByRole('button', { name: 'Train', exact: true })).toBeEnabled({
      timeout: 300_000,
    })
    const cache = settings(page).getByRole('region', { name: 'Feature cache' })
    await expect(cache).toContainText(/[1-9][\d.]* [kM]B of 2\.0 GB/)
    await page.screenshot({ path: 'test-results/backbones-trained.png' })
    await page.setViewportSize({ width: 1280, height: 720 })
    await page.screenshot({ path: 'test-results/backbones-trained-small.png' })
    await page.setViewportSize({ width: 1440, height: 900 })
    await cache.getByLabel('Limit of the feature cache').selectOption({ label: 'at most 500 MB' })
    await expect(cache).toContainText('of 500 MB')
    await cache.getByRole('button', { name: 'Clear the feature cache' }).click()
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await expect(cache).toContainText('0 B of 500 MB')
    await saved(page)
  })

  await test.step('a reload remembers the choice and the limit', async () => {
    await page.reload()
    await goTo(page, 'Train')
    await expect(backbone(page).locator('option:checked')).toHaveText('tiny pyramid')
    await expect(settings(page).getByRole('region', { name: 'Feature cache' })).toContainText('of 500 MB')
  })

  await test.step('deleted, it is missed by Train and by the drafts of its run', async () => {
    await openModels(page)
    await modelRow(page, 'tiny pyramid').getByRole('button', { name: 'Delete tiny pyramid' }).click()
    await page.getByRole('button', { name: /^Delete \d/ }).click()
    await expect(modelRow(page, 'tiny pyramid')).toHaveCount(0)
    await closeModels(page)
    await expect(
      settings(page).getByText(/The backbone "files:[0-9a-f]{12}" is not on this computer/),
    ).toBeVisible()
    await expect(settings(page).getByRole('button', { name: 'Open Models …' })).toBeVisible()
  })
})

test('the batch command trains on a backbone from a file, and predicts with that file only', async () => {
  test.setTimeout(900_000)
  const files = backboneFiles()
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-batch-'))
  const at = (...names: string[]): string => path.join(folder, ...names)
  mkdirSync(at('in'))
  const blobs = [
    { x: 50, y: 40, radius: 14 },
    { x: 90, y: 70, radius: 18 },
  ]
  for (const [i, blob] of blobs.entries())
    writeFileSync(at('in', `plate-${i}.png`), plateWithBlob(128, 96, blob))
  const boxes = {
    images: blobs.map((_, i) => ({ id: i + 1, file_name: `plate-${i}.png`, width: 128, height: 96 })),
    categories: [{ id: 7, name: 'blob' }],
    annotations: blobs.map(({ x, y, radius }, i) => ({
      id: 10 + i,
      image_id: i + 1,
      category_id: 7,
      bbox: [x - radius - 3, y - radius - 3, 2 * radius + 6, 2 * radius + 6],
    })),
  }
  writeFileSync(at('boxes.json'), JSON.stringify(boxes))
  const train = ['train', '--recipe', 'box', '--images', at('in'), '--annotations', at('boxes.json')]

  const trained = await maskwright(
    ...train,
    '--out',
    at('run'),
    '--epochs',
    '2',
    '--backbone',
    files['pyramid']!,
  )
  expect(trained.stderr).not.toContain('maskwright:')
  expect(trained.code).toBe(0)
  const info = JSON.parse(readFileSync(at('run', 'model.json'), 'utf8')) as {
    backbone: { id: string; tensors: { levels: { channels: number }[]; preparation: unknown } }
  }
  expect(info.backbone.id).toMatch(/^files:[0-9a-f]{12}$/)
  expect(info.backbone.tensors.levels.map(({ channels }) => channels)).toEqual([8, 10, 12, 14])
  // RGB / 127.5 - 1.
  expect(info.backbone.tensors.preparation).toEqual({
    kind: 'channels',
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
  })

  const predict = ['predict', '--images', at('in'), '--model', at('run'), '--out', at('out.json')]
  const missing = await maskwright(...predict)
  expect(missing.code).toBe(1)
  expect(missing.stderr).toContain('Give its file, --backbone FILE.onnx')
  const wrong = await maskwright(...predict, '--backbone', files['cut']!)
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('--backbone: three maps.onnx: as a feature pyramid it should give')
  const predicted = await maskwright(...predict, '--backbone', files['pyramid']!)
  expect(predicted.code).toBe(0)
  expect((JSON.parse(readFileSync(at('out.json'), 'utf8')) as { images: unknown[] }).images).toHaveLength(2)

  const unfit = await maskwright(
    ...train,
    '--out',
    at('other'),
    '--epochs',
    '1',
    '--student',
    'dino-boxes2pixels',
    '--backbone',
    files['pyramid']!,
  )
  expect(unfit.code).toBe(1)
  expect(unfit.stderr).toContain('student "dino-boxes2pixels" does not fit the backbone')
})
