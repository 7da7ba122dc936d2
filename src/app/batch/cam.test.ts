import { expect, test } from 'vitest'
import type { JsonObject } from '../../core/json'
import type { PickedFile } from '../../ports/files'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import { createApp } from '../createApp'
import { camCommand } from './cam'
import type { BatchResult } from './request'
import { trainCommand } from './train'

const IMAGES = [
  picture('a.png', 64, 64, [24, 20, 12, 10]),
  picture('b.png', 64, 64, [8, 30, 14, 10]),
  picture('c.png', 64, 64),
  picture('d.png', 64, 64),
  picture('dark-but-clean.png', 64, 64, [24, 20, 12, 10]),
  picture('unlabelled.png', 64, 64, [24, 20, 12, 10]),
]
const LABELS = {
  'a.png': ['scratch'],
  'b.png': ['scratch'],
  'c.png': [],
  'd.png': [],
  'dark-but-clean.png': [],
}
const PARAMS = { inpainting: false, maskFrom: 'threshold' }

interface Masks {
  readonly images: readonly { id: number; file_name: string; attributes: JsonObject }[]
  readonly categories: readonly { id: number; name: string }[]
  readonly annotations: readonly { image_id: number; category_id: number; area: number; score: number }[]
}

async function run(
  command: typeof camCommand,
  options: JsonObject,
  files: { readonly [name: string]: string },
  images: readonly PickedFile[] = IMAGES,
): Promise<BatchResult> {
  const { app, workspace } = createApp(fakeServices())
  await app.projects.create('Batch')
  const input = {
    images,
    file: async (name: string) => new TextEncoder().encode(files[name]),
    has: (name: string) => name in files,
    options,
  }
  const job = { signal: new AbortController().signal, onProgress: () => {} }
  return command(input, { app, workspace, job })
}

const textOf = ({ outputs }: BatchResult, path: string): unknown =>
  JSON.parse(new TextDecoder().decode(outputs.find((output) => output.path === path)!.bytes))

test('cam writes masks of tagged images, scores of all, and only says so where it fires on a clean one', async () => {
  const result = await run(camCommand, { params: PARAMS }, { labels: JSON.stringify(LABELS) })
  const { images, categories, annotations } = textOf(result, 'masks.json') as Masks
  expect(images.map(({ file_name }) => file_name)).toEqual(IMAGES.map(({ path }) => path))
  expect(images.map(({ attributes }) => Math.round(Number(attributes['score']) * 10))).toEqual([
    9, 9, 1, 1, 9, 9,
  ])
  expect(categories).toEqual([{ id: 1, name: 'scratch' }])
  expect(annotations.map(({ image_id }) => image_id)).toEqual([1, 2])
  expect(annotations[0]!.area).toBeGreaterThan(50)
  expect(images.filter(({ attributes }) => attributes['fires'] === true).map(({ id }) => id)).toEqual([5])
  expect(result.summary).toMatchObject({ clean: 3, defective: 2, masks: 2, trainingAp: 1 })
})

test('unknown files and faulty entries are issues with their path, the rest goes on', async () => {
  const labels = JSON.stringify({
    ...LABELS,
    'nowhere.png': ['scratch'],
    'a.png': ['scratch'],
    'd.png': 'clean',
  })
  const { issues, summary } = await run(camCommand, { params: PARAMS }, { labels })
  expect(issues.map(({ path }) => path)).toEqual(expect.arrayContaining(['d.png', 'nowhere.png']))
  expect(issues.find(({ path }) => path === 'nowhere.png')!.message).toContain('not among the pictures')
  expect(summary).toMatchObject({ clean: 2, masks: 2 })
})

test.each([
  ['no clean image', { 'a.png': ['scratch'] }, 'never saw a clean part'],
  ['no defective image', { 'c.png': [] }, 'nothing to learn'],
  ['nothing readable', 'oops', 'No image is labelled yet'],
])('%s: the command fails with what that means', async (_name, labels, words) => {
  const text = typeof labels === 'string' ? labels : JSON.stringify(labels)
  await expect(run(camCommand, {}, { labels: text })).rejects.toThrow(words)
})

test('an unknown parameter is refused with the known ones', async () => {
  const labels = JSON.stringify(LABELS)
  await expect(run(camCommand, { params: { magic: 1 } }, { labels })).rejects.toThrow(
    /unknown parameter "magic"; known:/,
  )
})

test('train --recipe cam needs labels alone and shares --params between both halves', async () => {
  const options = { recipe: 'cam', epochs: 2, params: { ...PARAMS, dropout: 0 }, seed: 3 }
  const result = await run(trainCommand, options, { labels: JSON.stringify(LABELS) })
  const info = textOf(result, 'model.json') as {
    recipe: string
    seed: number
    params: JsonObject
    imageScoreShare: number
  }
  expect(info).toMatchObject({
    recipe: 'cam',
    seed: 3,
    params: { epochs: 2, dropout: 0 },
    imageScoreShare: 0.001,
  })
  expect(info.params).not.toHaveProperty('maskFrom')
  expect(result.outputs.map(({ path }) => path)).toEqual([
    'model.onnx',
    'model.json',
    'run.json',
    'corrected.json',
  ])
})
