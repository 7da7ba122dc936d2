import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { maskwright } from './support/maskwright'
import { tinyVitOnnx } from '../src/nn/vit/__fixtures__/tinyVitOnnx'
import { plateWithBlob } from './support/pictures'

/** Two plates with a blob each, boxes around them, and a vision transformer of random weights. */
function files() {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-students-'))
  const at = (...names: string[]): string => path.join(folder, ...names)
  mkdirSync(at('in'))
  const blobs = [
    { x: 50, y: 40, radius: 14 },
    { x: 90, y: 70, radius: 18 },
  ]
  for (const [i, blob] of blobs.entries())
    writeFileSync(at('in', `plate-${i}.png`), plateWithBlob(128, 96, blob))
  writeFileSync(
    at('boxes.json'),
    JSON.stringify({
      images: blobs.map((_, i) => ({ id: i + 1, file_name: `plate-${i}.png`, width: 128, height: 96 })),
      categories: [{ id: 7, name: 'blob' }],
      annotations: blobs.map(({ x, y, radius }, i) => ({
        id: 10 + i,
        image_id: i + 1,
        category_id: 7,
        bbox: [x - radius - 3, y - radius - 3, 2 * radius + 6, 2 * radius + 6],
      })),
    }),
  )
  writeFileSync(at('vit.onnx'), tinyVitOnnx({ dim: 64, heads: 1, mlp: 64, depth: 9 }))
  return at
}

interface Described {
  readonly student: string
  readonly form: string
  readonly backbone: object | null
}

const ON_TRANSFORMER = ['--student', 'dino-boxes2pixels', '--backbone']

test('each student trains by the batch command on what it takes, and its model predicts', async () => {
  test.setTimeout(900_000)
  const at = files()
  const run = async (name: string, params: object, ...words: string[]): Promise<Described> => {
    const settings = { longSide: 64, batchSize: 2, flips: 'none', ...params }
    const data = ['--images', at('in'), '--annotations', at('boxes.json'), '--out', at(name)]
    const how = [
      '--recipe',
      'box',
      '--epochs',
      '1',
      '--backend',
      'wasm',
      '--params',
      JSON.stringify(settings),
    ]
    const trained = await maskwright('train', ...data, ...how, ...words)
    expect(trained.stderr).not.toContain('maskwright:')
    expect(trained.code).toBe(0)
    return JSON.parse(readFileSync(at(name, 'model.json'), 'utf8')) as Described
  }
  const predict = async (name: string, ...words: string[]): Promise<void> => {
    const out = at(`${name}.json`)
    const predicted = await maskwright(
      'predict',
      '--images',
      at('in'),
      '--model',
      at(name),
      '--out',
      out,
      ...words,
    )
    expect(predicted.stderr).not.toContain('maskwright:')
    expect(predicted.code).toBe(0)
    expect((JSON.parse(readFileSync(out, 'utf8')) as { images: unknown[] }).images).toHaveLength(2)
  }

  await test.step('unet: pixels only', async () => {
    const described = await run('unet', { base: 4 }, '--student', 'unet')
    expect(described).toMatchObject({ student: 'unet', form: 'whole', backbone: null })
    await predict('unet')
  })

  await test.step('dino-boxes2pixels on frozen tokens of a file', async () => {
    const described = await run('frozen', {}, ...ON_TRANSFORMER, at('vit.onnx'))
    expect(described).toMatchObject({ student: 'dino-boxes2pixels', form: 'head' })
    expect(described.backbone).not.toBeNull()
    await predict('frozen', '--backbone', at('vit.onnx'))
  })

  await test.step('dino-boxes2pixels with the backbone inside, its biases and norms tuned', async () => {
    const described = await run('tuned', { bitfit: true }, ...ON_TRANSFORMER, at('vit.onnx'))
    expect(described).toMatchObject({ student: 'dino-boxes2pixels', form: 'whole', backbone: null })
    await predict('tuned')
  })
})
