import { describe, expect, test } from 'vitest'
import { A_MODEL_RUN } from '../../formats/__fixtures__/aModelRun'
import { describeAgain, describeModel } from '../../formats/describeModel'
import type { ModelInfo } from '../../formats/modelInfo'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import { createApp } from '../createApp'
import { predictCommand } from './predict'

const HERE = 'f'.repeat(64)

function headOf(changes: Partial<ModelInfo> = {}): ModelInfo {
  const described = describeModel({
    studentId: 'light',
    recipe: 'box',
    seed: 1,
    params: {},
    classes: [{ id: 'class:1' as never, type: 'class', name: 'dark', color: '#ff0000', foreign: null }],
    canvas: { width: 64, height: 32 },
    backbone: {
      id: 'embedded',
      sha256: HERE,
      source: 'the file models/encoder.onnx',
      tensors: {
        image: 'image',
        preparation: { kind: 'luminance', stdFloor: 0.02, clip: 6 },
        zeros: [],
        levels: [{ output: 'feat4', stride: 4, channels: 2, layout: 'map' }],
        tokenNorm: null,
      },
    },
    threshold: 0.5,
    run: A_MODEL_RUN,
  })
  return { ...described, ...changes }
}

/** `asked` counts what the backbone was asked; the fake student sees dark pixels as defects of 0.95. */
async function predict(modelJson: string, options: Record<string, number> = {}) {
  const services = fakeServices()
  let asked = 0
  const { features } = services
  const counting = {
    ...services,
    features: {
      ...features,
      describe: async (id: string) => {
        if (id !== 'embedded') throw await missing(id)
        return features.describe(id)
      },
      extract: (...call: Parameters<typeof features.extract>) => {
        asked++
        return features.extract(...call)
      },
    },
  }
  const { app, workspace } = createApp(counting, { backend: null })
  await app.projects.create('Batch')
  const files: Record<string, string> = { modelJson, modelOnnx: 'onnx' }
  const { outputs, issues } = await predictCommand(
    {
      images: [picture('a.png', 64, 32, [8, 8, 12, 10])],
      has: (name) => files[name] !== undefined,
      file: async (name) => new TextEncoder().encode(files[name]),
      options,
    },
    { app, workspace, job: { signal: new AbortController().signal, onProgress: () => {} } },
  )
  const { annotations } = JSON.parse(new TextDecoder().decode(outputs[0]!.bytes)) as {
    annotations: { bbox: number[] }[]
  }
  return { annotations, issues, asked }
}

async function missing(id: string) {
  const { AppError } = await import('../../core/errors')
  return new AppError('model/missing', `the backbone "${id}" is not on this computer`)
}

describe('predict', () => {
  test('a head asks its backbone for features, a whole network does not; both find the same', async () => {
    const head = await predict(JSON.stringify(headOf()))
    const whole = await predict(JSON.stringify(describeAgain(headOf(), { form: 'whole' })))
    expect(head.annotations.map(({ bbox }) => bbox)).toEqual([[8, 8, 12, 10]])
    expect(whole.annotations).toEqual(head.annotations)
    expect([head.asked, whole.asked]).toEqual([1, 0])
  })

  test('an instance that never reaches the peak of model.json is none', async () => {
    const withPeak = (minimumPeak: number) => predict(JSON.stringify(headOf({ minimumPeak })))
    expect((await withPeak(0.94)).annotations).toHaveLength(1)
    expect((await withPeak(0.96)).annotations).toEqual([])
  })

  test('--threshold goes before that of the model', async () => {
    expect((await predict(JSON.stringify(headOf()), { threshold: 0.96 })).annotations).toEqual([])
    await expect(predict(JSON.stringify(headOf()), { threshold: 1.5 })).rejects.toMatchObject({
      code: 'usage/invalid-parameter',
    })
  })

  test.each([
    ['no JSON', '{', 'model.json is not readable JSON'],
    [
      'an older version',
      JSON.stringify({ ...headOf(), version: 1 }),
      'version 1, this app reads version 2: train',
    ],
    ['a newer version', JSON.stringify({ ...headOf(), version: 3 }), 'update the app'],
    ['a field of another kind', JSON.stringify({ ...headOf(), threshold: 'low' }), 'model.json: threshold'],
    ['a field that is absent', JSON.stringify({ ...headOf(), classes: undefined }), 'model.json: classes'],
    ['a head without a backbone', JSON.stringify(headOf({ backbone: null })), 'names no backbone'],
    [
      'another backbone of that name',
      JSON.stringify(headOf({ backbone: { ...headOf().backbone!, sha256: 'a'.repeat(64) } })),
      'Its own backbone: the file models/encoder.onnx',
    ],
    [
      'a backbone that is not here',
      JSON.stringify(headOf({ backbone: { ...headOf().backbone!, id: 'dinov2-s' } })),
      'needs the backbone "dinov2-s"',
    ],
    [
      'files of two models',
      JSON.stringify(headOf({ classes: ['a', 'b', 'c'].map((name) => ({ name, color: '#000000' })) })),
      'model.onnx tells 1 classes apart, model.json names 3',
    ],
  ])('refuses %s, once and with a remedy', async (_, json, message) => {
    await expect(predict(json)).rejects.toThrow(message)
  })
})
