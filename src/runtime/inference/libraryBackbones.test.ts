import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../core/errors'
import { tinyPyramid } from '../../nn/onnx/backbones/__fixtures__/tinyPyramid'
import { tinyVitOnnx } from '../../nn/vit/__fixtures__/tinyVitOnnx'
import type { LibraryBackbone, LibraryModel, OpenLibraryBackbone } from '../models/libraryModel'
import { inspectModel } from './inspectModel'
import {
  featureClientOf,
  inferenceInNode,
  job,
  picture,
  type Disk,
  type InferenceInNodeOptions,
} from './__fixtures__/inferenceInNode'
import { createMemoryFolder } from './cacheFolder'
import { createFeatureLimit } from './featureLimit'

/** Backbones of the library through client, worker protocol and service, on random weights. */
vi.setConfig({ testTimeout: 90_000 })

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

const TINY_TRANSFORMER = tinyVitOnnx({ dim: 64, heads: 1, mlp: 64 })
const signal = new AbortController().signal

function modelOf(id: string, onnx: Uint8Array<ArrayBuffer>): LibraryModel {
  const only = { name: `${id}.onnx`, graph: new Blob([onnx]), externalData: [] }
  const modelHash = createHash('sha256').update(onnx).digest('hex')
  return { id, title: `Net ${id}`, modelHash, encoder: only, decoder: only }
}

/** A library with these graphs; `inspect` looks at each as it is added. */
async function lab(
  graphs: { readonly [id: string]: Uint8Array<ArrayBuffer> },
  options: InferenceInNodeOptions = {},
  limitBytes?: number,
) {
  const inference = inferenceInNode(ports, options)
  const backbones = new Map<string, LibraryBackbone>()
  for (const [id, onnx] of Object.entries(graphs)) {
    const model = modelOf(id, onnx)
    const { backbone } = await inspectModel(inference.host, model, signal)
    backbones.set(id, { model, hash: model.modelHash, facts: backbone! })
  }
  const open: OpenLibraryBackbone = async (id) => {
    const found = backbones.get(id)
    if (found === undefined)
      throw new AppError('model/missing', `the backbone "${id}" is not on this computer`)
    return found
  }
  const limit = createFeatureLimit(null)
  if (limitBytes !== undefined) limit.set(limitBytes)
  return { ...inference, backbones, features: featureClientOf(inference.host, open, limit) }
}

describe('a backbone of the library', () => {
  test('is described by what its graph gave when it was added', async () => {
    const { features } = await lab({ vit: TINY_TRANSFORMER, pyramid: tinyPyramid() })
    expect(await features.describe('vit')).toMatchObject({
      id: 'vit',
      title: 'Net vit',
      kind: 'tokens',
      levels: Array(4).fill({ stride: 14, channels: 64 }) as unknown,
      multipleOf: 14,
      preprocessing: expect.stringContaining('blocks 1, 2, 4, 7') as string,
    })
    expect(await features.describe('pyramid')).toMatchObject({
      kind: 'pyramid',
      multipleOf: 32,
      levels: [4, 8, 16, 32].map((stride, i) => ({ stride, channels: 8 + 2 * i })),
    })
  })

  test('computes features once; another backbone, picture or variant has its own', async () => {
    const { features, runs } = await lab({ one: tinyPyramid({ seed: 1 }), two: tinyPyramid({ seed: 2 }) })
    const first = await features.extract('one', 'a:plain', picture(64, 32), job)
    const before = runs.length
    expect(await features.extract('one', 'a:plain', picture(64, 32), job)).toEqual(first)
    expect(runs.length).toBe(before)
    const others = [
      await features.extract('two', 'a:plain', picture(64, 32), job),
      await features.extract('one', 'b:plain', picture(64, 32, 41), job),
      await features.extract('one', 'a:flip-x', picture(64, 32, 43), job),
    ]
    for (const other of others) expect(other.levels[0]!.data).not.toEqual(first.levels[0]!.data)
  })

  test('that is gone since is missed with its name', async () => {
    const { features, backbones } = await lab({ vit: TINY_TRANSFORMER })
    backbones.delete('vit')
    for (const call of [features.describe('vit'), features.extract('vit', 'a', picture(42, 28), job)])
      await expect(call).rejects.toMatchObject({
        code: 'model/missing',
        message: 'the backbone "vit" is not on this computer',
      })
  })

  test('whose values are no numbers is refused when it is added', async () => {
    await expect(lab({ broken: tinyPyramid({ gain: NaN }) })).rejects.toMatchObject({
      code: 'model/bad-output',
      message: expect.stringContaining('the backbone gave NaN in "feat4"') as string,
    })
  })

  test('that sees the same in every picture is refused', async () => {
    const blind: InferenceInNodeOptions = {
      change: ({ session }) => ({
        ...session,
        run: (feeds) =>
          session.run({
            pixel_values: {
              ...feeds['pixel_values']!,
              data: new Float32Array(feeds['pixel_values']!.data.length),
            },
          }),
      }),
    }
    await expect(lab({ blind: tinyPyramid() }, blind)).rejects.toThrow(
      'Net blind sees the same in every picture: it ignores its input',
    )
  })

  test('a graph of neither kind is no backbone, and the segmenters are asked', async () => {
    const { host } = inferenceInNode(ports)
    const half = tinyPyramid({ strides: [4, 8] })
    await expect(inspectModel(host, modelOf('half', half), signal)).rejects.toThrow(
      'half.onnx: as a feature pyramid it should give feat4, feat8, feat16, feat32',
    )
  })
})

describe('where a backbone runs', () => {
  test('on a GPU that agrees with WASM, checked once', async () => {
    const disk: Disk = new Map()
    const first = await lab({ net: tinyPyramid() }, { disk, hasGpu: true })
    await first.features.extract('net', 'a', picture(64, 32), job)
    expect(first.host.status.get()).toEqual([
      { modelId: 'net', provider: 'webgpu', threads: 1, note: 'agrees with WASM' },
    ])
    const next = await lab({ net: tinyPyramid() }, { disk, hasGpu: true })
    expect(next.runs.every(({ provider }) => provider === 'webgpu')).toBe(true)
  })

  test('on WASM when the GPU gives other numbers, and it says so', async () => {
    const wrong: InferenceInNodeOptions = {
      hasGpu: true,
      change: ({ session, provider }) =>
        provider === 'wasm'
          ? session
          : {
              ...session,
              run: async (feeds) => {
                const found = await session.run(feeds)
                const feat8 = found['feat8']!
                return {
                  ...found,
                  feat8: { ...feat8, data: (feat8.data as Float32Array).map((v) => v * 1.1) } as typeof feat8,
                }
              },
            },
    }
    const { features, host } = await lab({ net: tinyPyramid() }, wrong)
    await features.extract('net', 'a', picture(64, 32), job)
    expect(host.status.get()).toMatchObject([
      { provider: 'wasm', note: expect.stringContaining('WebGPU gave other numbers than WASM') as string },
    ])
  })
})

describe('room for features', () => {
  // 64 x 32 px: 128 x 8 + 32 x 10 + 8 x 12 + 2 x 14 = 1468 halves, and the header.
  const LEAST_BYTES = 2936

  test('the limit holds when it is lowered: the oldest go', async () => {
    const { features } = await lab({ net: tinyPyramid() })
    for (const key of ['a', 'b', 'c', 'd']) await features.extract('net', key, picture(64, 32), job)
    const full = await features.cacheState()
    expect(full.bytes).toBeGreaterThanOrEqual(4 * LEAST_BYTES)
    await features.setCacheLimit(full.bytes / 2)
    expect(await features.cacheState()).toMatchObject({
      bytes: full.bytes / 2,
      limitBytes: full.bytes / 2,
      hasRoom: true,
    })
  })

  test('a full disk costs nothing but time: features come all the same, and it is told', async () => {
    const disk: Disk = new Map([['features', createMemoryFolder(100)]])
    const { features, runs } = await lab({ net: tinyPyramid() }, { disk })
    const first = await features.extract('net', 'a', picture(64, 32), job)
    expect(await features.cacheState()).toMatchObject({ bytes: 0, hasRoom: false })
    const before = runs.length
    expect(await features.extract('net', 'a', picture(64, 32), job)).toEqual(first)
    expect(runs.length).toBe(before + 1)
    await features.clearCache()
    expect(await features.cacheState()).toMatchObject({ hasRoom: true })
  })

  test('a limit below one picture keeps nothing and says so', async () => {
    const { features } = await lab({ net: tinyPyramid() }, {}, 1000)
    await features.extract('net', 'a', picture(64, 32), job)
    expect(await features.cacheState()).toMatchObject({ bytes: 0, limitBytes: 1000, hasRoom: false })
  })

  test('the limit is remembered', () => {
    const kept = new Map<string, string>()
    const memory = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
    expect(createFeatureLimit(memory).bytes()).toBe(2e9)
    createFeatureLimit(memory).set(5e8)
    expect(createFeatureLimit(memory).bytes()).toBe(5e8)
  })
})
