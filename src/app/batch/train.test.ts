import { expect, test } from 'vitest'
import type { JsonObject } from '../../core/json'
import type { TrainingExample, TrainingSpec } from '../../ml/training'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import { createApp } from '../createApp'
import { trainCommand } from './train'

/** Two images with a mask each. */
const ANNOTATIONS = {
  images: [1, 2].map((id) => ({ id, file_name: `${id}.png`, width: 64, height: 64 })),
  categories: [{ id: 1, name: 'scratch' }],
  annotations: [1, 2].map((id) => ({
    id,
    image_id: id,
    category_id: 1,
    bbox: [20, 16, 12, 10],
    segmentation: [[20, 16, 32, 16, 32, 26, 20, 26]],
    iscrowd: 0,
  })),
}

/** Runs `train` with these options; what the trainer was given. */
async function trainWith(options: JsonObject): Promise<{ spec: TrainingSpec; first: TrainingExample }> {
  const given: { spec: TrainingSpec; first: TrainingExample }[] = []
  const services = fakeServices()
  const { trainer } = services
  const { app, workspace } = createApp({
    ...services,
    trainer: {
      ...trainer,
      start: (spec, examples, ...rest) => {
        given.push({ spec, first: examples[0]! })
        return trainer.start(spec, examples, ...rest)
      },
    },
  })
  await app.projects.create('Batch')
  await trainCommand(
    {
      images: [1, 2].map((id) => picture(`${id}.png`, 64, 64, [20, 16, 12, 10])),
      file: async () => new TextEncoder().encode(JSON.stringify(ANNOTATIONS)),
      has: (name) => name === 'annotations',
      options: { recipe: 'box', ...options },
    },
    { app, workspace, job: { signal: new AbortController().signal, onProgress: () => {} } },
  )
  return given[0]!
}

test('the student that is asked for is trained; one on pixels alone gets no features', async () => {
  const unet = await trainWith({ student: 'unet', params: { base: 16 }, epochs: 3 })
  expect(unet.spec).toMatchObject({ studentId: 'unet', levels: [], params: { base: 16, epochs: 3 } })
  expect(unet.first.features.levels).toEqual([])
  const light = await trainWith({})
  expect(light.spec).toMatchObject({ studentId: 'light', levels: [{ stride: 4, channels: 2 }] })
  expect(light.first.features.levels).toHaveLength(1)
})

test('a preset gives student and settings of a published run; what is said besides comes on top', async () => {
  const { spec } = await trainWith({ preset: 'unet_no_selfcorr', params: { base: 8 }, epochs: 5 })
  expect(spec.studentId).toBe('unet')
  expect(spec.params).toMatchObject({
    selfCorrection: false,
    learningRate: 0.0005,
    backgroundWeight: 0.4,
    seed: 42,
    base: 8,
    epochs: 5,
  })
})

test('what does not exist or does not fit is named with what does', async () => {
  await expect(trainWith({ preset: 'segformer_b2' })).rejects.toThrow(
    /unknown preset "segformer_b2"; known: unet, unet_no_selfcorr, dino_final, /,
  )
  await expect(trainWith({ student: 'dino-boxes2pixels' })).rejects.toThrow(
    /student "dino-boxes2pixels" does not fit the backbone "embedded" \(pyramid\): it takes tokens/,
  )
})
