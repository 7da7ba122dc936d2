import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { maskwright } from './support/maskwright'
import { plateWithBlob } from './support/pictures'
import { areaOf, boundsOf, readRle } from './support/readRle'

interface Proposed {
  readonly id: number
  readonly segmentation: { readonly size: [number, number]; readonly counts: string }
}

const blobs = [
  { x: 50, y: 40, radius: 14 },
  { x: 90, y: 70, radius: 18 },
  { x: 60, y: 60, radius: 11 },
  { x: 30, y: 50, radius: 16 },
]

test('propose, train, predict and evaluate, from files to files', async () => {
  test.setTimeout(900_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-batch-'))
  const at = (...names: string[]): string => path.join(folder, ...names)
  mkdirSync(at('in', 'line 1'), { recursive: true })
  for (const [i, blob] of blobs.entries())
    writeFileSync(at('in', 'line 1', `plate-${i}.png`), plateWithBlob(128, 96, blob))
  writeFileSync(at('in', 'not listed.png'), plateWithBlob(64, 64, { x: 30, y: 30, radius: 9 }))
  const boxes = {
    images: blobs.map((_, i) => ({ id: i + 1, file_name: `line 1/plate-${i}.png`, width: 128, height: 96 })),
    categories: [{ id: 7, name: 'blob' }],
    annotations: [
      ...blobs.map(({ x, y, radius }, i) => ({
        id: 10 + i,
        image_id: i + 1,
        category_id: 7,
        bbox: [x - radius - 3, y - radius - 3, 2 * radius + 6, 2 * radius + 6],
      })),
      { id: 99, image_id: 1, category_id: 8, bbox: [1, 1, 9, 9] },
    ],
  }
  writeFileSync(at('boxes.json'), JSON.stringify(boxes))

  await test.step('propose keeps ids and reports the bad entry by its path', async () => {
    const ended = await maskwright(
      'propose',
      '--images',
      at('in'),
      '--annotations',
      at('boxes.json'),
      '--out',
      at('masks.json'),
      '--generator',
      'otsu',
    )
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stderr).toContain('annotations[4].category_id')
    const masks = JSON.parse(readFileSync(at('masks.json'), 'utf8')) as { annotations: Proposed[] }
    for (const [i, blob] of blobs.entries()) {
      const one = masks.annotations.find((annotation) => annotation.id === 10 + i)
      expect(one).toMatchObject({ category_id: 7, attributes: { prompt_box: boxes.annotations[i]?.bbox } })
      const mask = readRle(one!.segmentation.size, one!.segmentation.counts)
      expect(one).toMatchObject({ area: areaOf(mask), bbox: boundsOf(mask) })
      // A disc of that radius, found to within its border pixels.
      expect(areaOf(mask) / (Math.PI * blob.radius ** 2)).toBeGreaterThan(0.85)
      expect(areaOf(mask) / (Math.PI * blob.radius ** 2)).toBeLessThan(1.15)
    }
  })

  await test.step('train writes the model with its description', async () => {
    const ended = await maskwright(
      'train',
      '--images',
      at('in'),
      '--annotations',
      at('masks.json'),
      '--recipe',
      'box',
      '--out',
      at('run'),
      '--epochs',
      '2',
      '--seed',
      '5',
      '--backend',
      'wasm',
    )
    expect(ended).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(at('run', 'model.json'), 'utf8'))).toMatchObject({
      format: 'maskwright-student',
      seed: 5,
      classes: [{ name: 'blob' }],
    })
    expect(JSON.parse(readFileSync(at('run', 'run.json'), 'utf8'))).toMatchObject({
      seed: 5,
      backend: 'wasm',
    })
    expect(readFileSync(at('run', 'model.onnx')).length).toBeGreaterThan(10_000)
    expect(JSON.parse(readFileSync(at('run', 'corrected.json'), 'utf8'))).toHaveProperty('annotations')
  })

  await test.step('predict takes every image of the folder', async () => {
    const ended = await maskwright(
      'predict',
      '--images',
      at('in'),
      '--model',
      at('run'),
      '--out',
      at('predictions.json'),
    )
    expect(ended).toMatchObject({ code: 0 })
    const predictions = JSON.parse(readFileSync(at('predictions.json'), 'utf8')) as {
      images: { file_name: string }[]
    }
    expect(predictions.images.map((image) => image.file_name).sort()).toEqual([
      ...blobs.map((_, i) => `line 1/plate-${i}.png`),
      'not listed.png',
    ])
  })

  await test.step('the whole network finds what the head finds', async () => {
    const imageScores = async (form: 'head' | 'whole') => {
      const folderOfForm = at(form)
      const trained = await maskwright(
        'train',
        '--images',
        at('in'),
        '--annotations',
        at('masks.json'),
        '--recipe',
        'box',
        '--out',
        folderOfForm,
        '--epochs',
        '2',
        '--seed',
        '5',
        '--backend',
        'wasm',
        '--model-form',
        form,
      )
      expect(trained).toMatchObject({ code: 0 })
      expect(JSON.parse(readFileSync(path.join(folderOfForm, 'model.json'), 'utf8'))).toMatchObject({ form })
      const predicted = await maskwright(
        'predict',
        '--images',
        at('in'),
        '--model',
        folderOfForm,
        '--out',
        at(`${form}.json`),
        '--threshold',
        '0.3',
      )
      expect(predicted).toMatchObject({ code: 0 })
      return (
        JSON.parse(readFileSync(at(`${form}.json`), 'utf8')) as {
          images: { attributes: { score: number } }[]
        }
      ).images.map((image) => image.attributes.score)
    }
    const head = await imageScores('head')
    const whole = await imageScores('whole')
    expect(whole).toHaveLength(head.length)
    for (const [i, score] of whole.entries()) expect(score).toBeCloseTo(head[i]!, 3)
    expect(readFileSync(at('whole', 'model.onnx')).length).toBeGreaterThan(
      readFileSync(at('head', 'model.onnx')).length + 5_000_000,
    )
  })

  await test.step('evaluate gives truth against itself AP 1', async () => {
    const ended = await maskwright(
      'evaluate',
      '--truth',
      at('masks.json'),
      '--predictions',
      at('masks.json'),
      '--json',
    )
    expect(ended).toMatchObject({ code: 0 })
    const report = JSON.parse(ended.stdout) as { coco: { ap: number }; binary: { iou: number } }
    expect(report.coco.ap).toBe(1)
    expect(report.binary.iou).toBeCloseTo(1, 9)
  })
})

test('a failure and a wrong call have their own exit codes, and leave no file behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-batch-'))
  const at = (name: string): string => path.join(folder, name)
  writeFileSync(at('plate.png'), plateWithBlob(64, 64, { x: 30, y: 30, radius: 9 }))
  writeFileSync(at('cut.json'), '{"images": [{"id": 1, "file_name": "pl')
  const wrong = await maskwright(
    'propose',
    '--images',
    at('nowhere'),
    '--annotations',
    at('cut.json'),
    '--out',
    at('x.json'),
  )
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('there is no folder')
  const failed = await maskwright(
    'propose',
    '--images',
    folder,
    '--annotations',
    at('cut.json'),
    '--out',
    at('x.json'),
  )
  expect(failed.code).toBe(1)
  expect(() => readFileSync(at('x.json'))).toThrow('ENOENT')
})
