import { expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import type { JsonObject } from '../../core/json'
import { A_MODEL_RUN } from '../../formats/__fixtures__/aModelRun'
import { describeModel } from '../../formats/describeModel'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import type { ModelLibrary } from '../../ports/modelLibrary'
import { fakeModel, fakeModels, fakeServices } from '../__fakes__/fakeServices'
import { createApp } from '../createApp'
import { chooseBackbone } from './chooseBackbone'
import { loadStudent } from './loadStudent'
import { trainCommand } from './train'
import type { BatchContext, BatchInput } from './request'

const ID = 'files:0123456789ab'
const NET = {
  id: ID,
  title: 'net',
  kind: 'pyramid',
  hash: 'a'.repeat(64),
  levels: [{ stride: 4, channels: 2 }],
  multipleOf: 32,
  source: 'a file',
  tensors: {
    image: 'image',
    preparation: { kind: 'channels', mean: [0, 0, 0], std: [1, 1, 1] },
    zeros: [],
    levels: [{ output: 'feat4', stride: 4, channels: 2, layout: 'map' }],
    tokenNorm: null,
  },
} as const

/** A command whose library knows `net.onnx` once it was added; `addFiles` may answer otherwise. */
function command(addFiles?: ModelLibrary['addFiles']): BatchContext {
  let isAdded = false
  const services = fakeServices()
  const describe: FeatureExtractor['describe'] = async (id) => {
    if (id === 'embedded') return services.features.describe(id)
    if (id === ID && isAdded) return NET
    throw new AppError('model/missing', `the backbone "${id}" is not on this computer`)
  }
  const models = fakeModels({
    addFiles:
      addFiles ??
      (async () => {
        isAdded = true
        return fakeModel({ id: ID, kind: 'backbone', features: 'pyramid', source: 'files', state: 'ready' })
      }),
  })
  const { app, workspace } = createApp({ ...services, models, features: { ...services.features, describe } })
  return { app, workspace, job: { signal: new AbortController().signal, onProgress: () => {} } }
}

function input(options: JsonObject, texts: { readonly [name: string]: string } = {}): BatchInput {
  return {
    images: [],
    file: async (name) => new TextEncoder().encode(texts[name] ?? ''),
    has: (name) => name in texts,
    options,
  }
}

const modelJson = (backbone: typeof NET | null): string =>
  JSON.stringify(
    describeModel({
      studentId: 'light',
      recipe: 'box',
      seed: 0,
      params: {},
      classes: [{ name: 'scratch', color: '#ffffff' }] as never,
      canvas: { width: 64, height: 64 },
      backbone:
        backbone === null
          ? null
          : { id: ID, sha256: backbone.hash, source: backbone.source, tensors: backbone.tensors },
      threshold: 0.5,
      run: A_MODEL_RUN,
    }),
  )
const GIVEN = { backboneFiles: ['net.onnx'] }

test('without a file the embedded backbone, with one that file', async () => {
  expect(await chooseBackbone(input({}), command())).toBe('embedded')
  expect(await chooseBackbone(input(GIVEN), command())).toBe(ID)
})

test('a file that is no backbone is a wrong call, with its cause', async () => {
  const refused = command(async () => {
    throw new AppError('model/incompatible', 'net.onnx: as a feature pyramid it should give feat4')
  })
  await expect(chooseBackbone(input(GIVEN), refused)).rejects.toMatchObject({
    code: 'usage/invalid-parameter',
    message: '--backbone: net.onnx: as a feature pyramid it should give feat4',
  })
  const segmenter = command(async () => fakeModel({ family: 'SAM 2' }))
  await expect(chooseBackbone(input(GIVEN), segmenter)).rejects.toThrow(
    '--backbone: net.onnx is a promptable segmenter (SAM 2), no backbone',
  )
})

test('a model on a backbone of its own asks for that file, and takes it', async () => {
  const texts = { modelJson: modelJson(NET) }
  await expect(loadStudent(input({}, texts), command())).rejects.toMatchObject({
    code: 'model/missing',
    message: expect.stringContaining(
      `the model needs the backbone "${ID}" (SHA-256 aaaaaaaaaaaa…)`,
    ) as string,
  })
  const { model } = await loadStudent(input(GIVEN, texts), command())
  expect(model.backboneId).toBe(ID)
})

test('another file than the one trained on is refused by both hashes', async () => {
  const texts = { modelJson: modelJson({ ...NET, hash: 'b'.repeat(64) } as unknown as typeof NET) }
  await expect(loadStudent(input(GIVEN, texts), command())).rejects.toMatchObject({
    code: 'model/incompatible',
    message: expect.stringMatching(/bbbbbbbbbbbb….*aaaaaaaaaaaa…/) as string,
  })
})

test('a model that sees the pixels only takes no backbone', async () => {
  const texts = { modelJson: modelJson(null) }
  expect((await loadStudent(input({}, texts), command())).model.backboneId).toBeNull()
  await expect(loadStudent(input(GIVEN, texts), command())).rejects.toThrow('sees the pixels only')
})

test('an unknown student is a wrong call before anything is read', async () => {
  await expect(trainCommand(input({ recipe: 'box', student: 'resnet' }), command())).rejects.toMatchObject({
    code: 'usage/invalid-parameter',
    message: expect.stringContaining('unknown --student "resnet"; known: light') as string,
  })
})
