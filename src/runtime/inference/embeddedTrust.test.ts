import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AnyTensor, InferenceSession } from '../../nn/onnx/session'
import { createSegmenterClient } from './segmenterClient'
import {
  featureClientOf,
  inferenceInNode,
  job,
  noModels,
  picture,
  promptOf,
  type Disk,
  type GraphCall,
  type InferenceInNode,
  type InferenceInNodeOptions,
} from './__fixtures__/inferenceInNode'

/** Where the embedded model runs, with the real weights; "WebGPU" is WASM too, and what a test makes of it. */
vi.setConfig({ testTimeout: 60_000 })

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

const withGpu = (options: InferenceInNodeOptions = {}): InferenceInNode =>
  inferenceInNode(ports, { hasGpu: true, ...options })

/** Spoils sessions on "WebGPU" only. */
const onGpu =
  (spoil: (session: InferenceSession) => InferenceSession) =>
  ({ provider, session }: GraphCall): InferenceSession =>
    provider === 'webgpu' ? spoil(session) : session

const zeros = (session: InferenceSession): InferenceSession => ({
  ...session,
  run: async (feeds) =>
    Object.fromEntries(
      Object.entries(await session.run(feeds)).map(([name, { data, dims }]): [string, AnyTensor] => [
        name,
        { data: new Float32Array(data.length), dims },
      ]),
    ),
})

const extract = async ({ host }: InferenceInNode, key = 'a') =>
  featureClientOf(host).extract('embedded', key, picture(32, 32), job)

const segment = async ({ host }: InferenceInNode) => {
  const boxPx = { x: 10, y: 8, width: 20, height: 16 }
  const segmenter = createSegmenterClient(host, noModels)
  return segmenter.segment('embedded', 'key', picture(64, 48), promptOf(boxPx), 'interactive', job)
}

const statusOf = ({ host }: InferenceInNode) => host.status.get()[0]

describe('the choice of the provider', () => {
  test.each([
    ['auto', false, 'wasm', 'wasm'],
    ['auto', true, 'webgpu', 'webgpu'],
    ['wasm', true, 'wasm', 'wasm'],
    ['webgpu', false, 'webgpu', 'webgpu'],
    ['split', true, 'webgpu', 'split'],
  ] as const)(
    'wish %s with a hardware GPU %s loads the %s build, once, and runs on %s',
    async (wish, hasGpu, flavour, provider) => {
      const inference = withGpu({ wish, hasGpu })
      await extract(inference)
      await extract(inference, 'b')
      expect(inference.loaded).toEqual([flavour])
      expect(statusOf(inference)?.provider).toBe(provider)
    },
  )

  test('split runs the encoder on the GPU and the decoder beside it', async () => {
    const inference = withGpu({ wish: 'split' })
    await segment(inference)
    const [encoder, decoder] = inference.runs.slice(-2)
    expect([encoder?.provider, decoder?.provider]).toEqual(['webgpu', 'wasm'])
  })
})

describe('the canary', () => {
  test('a GPU that agrees with WASM is used, and is not checked again by the next worker', async () => {
    const disk: Disk = new Map()
    const first = withGpu({ disk })
    await extract(first)
    expect(statusOf(first)).toMatchObject({ provider: 'webgpu', note: 'agrees with WASM' })
    expect(first.runs.length).toBeGreaterThan(1)
    const next = withGpu({ disk })
    await extract(next, 'b')
    expect(next.runs).toEqual([{ provider: 'webgpu', inputs: ['image', 'prompt'] }])
    expect(statusOf(next)).toMatchObject({ provider: 'webgpu', note: 'agrees with WASM' })
  })

  test('another GPU is checked anew', async () => {
    const disk: Disk = new Map()
    await extract(withGpu({ disk }))
    const probeGpu = () => Promise.resolve({ kind: 'hardware', description: 'another adapter' } as const)
    const next = withGpu({ disk, deps: { probeGpu } })
    await extract(next, 'b')
    expect(next.runs.filter(({ provider }) => provider === 'wasm').length).toBeGreaterThan(0)
  })

  test('a GPU that answers zeros is not used, the note says so, and the next worker does not try', async () => {
    const disk: Disk = new Map()
    const first = withGpu({ disk, change: onGpu(zeros) })
    await extract(first)
    expect(statusOf(first)).toMatchObject({ provider: 'wasm' })
    expect(statusOf(first)?.note).toContain('WebGPU gave other numbers')
    const next = withGpu({ disk, change: onGpu(zeros) })
    await extract(next, 'b')
    expect(next.runs).toEqual([{ provider: 'wasm', inputs: ['image', 'prompt'] }])
    expect(statusOf(next)?.note).toBe(statusOf(first)?.note)
  })

  test('a GPU that gives its first answer again and again is not used', async () => {
    const stuck = (session: InferenceSession): InferenceSession => {
      let first: ReturnType<InferenceSession['run']> | null = null
      return { ...session, run: (feeds) => (first ??= session.run(feeds)) }
    }
    const inference = withGpu({ change: onGpu(stuck) })
    await extract(inference)
    expect(statusOf(inference)?.note).toContain('WebGPU gave other numbers')
  })

  test('a GPU that cannot open the graph is not used', async () => {
    const inference = withGpu({
      change: onGpu(() => {
        throw new Error('no kernel for Resize')
      }),
    })
    await extract(inference)
    expect(statusOf(inference)).toMatchObject({
      provider: 'wasm',
      note: 'WebGPU could not run the model: embedded-encoder.onnx: no kernel for Resize',
    })
  })

  test('a GPU that was only full is tried again by the next worker', async () => {
    const disk: Disk = new Map()
    const full = withGpu({
      disk,
      change: onGpu(() => {
        throw new Error('Out of memory')
      }),
    })
    await extract(full)
    expect(statusOf(full)?.provider).toBe('wasm')
    const next = withGpu({ disk })
    await extract(next, 'b')
    expect(statusOf(next)?.provider).toBe('webgpu')
  })

  test('WASM must give the stored numbers, or nothing is answered', async () => {
    const shifted = async (url: string): Promise<Response> => {
      const bytes = readFileSync(`public/models/${basename(url)}`)
      if (basename(url) !== 'golden.json') return new Response(bytes)
      const golden = JSON.parse(bytes.toString()) as { cases: { logits: { value: number }[] }[] }
      golden.cases[0]!.logits[3]!.value += 1
      return new Response(JSON.stringify(golden))
    }
    const inference = inferenceInNode(ports, { fetchUrl: shifted })
    await expect(extract(inference)).rejects.toMatchObject({
      code: 'model/bad-output',
      message: expect.stringContaining('gives other numbers here than it was published with') as string,
    })
  })

  test('weights that ignore their input are refused', async () => {
    const inference = inferenceInNode(ports, { change: ({ session }) => zeros(session) })
    await expect(extract(inference)).rejects.toMatchObject({
      code: 'model/bad-output',
      message: 'Maskwright embedded gives the same answer whatever the picture is',
    })
  })
})

describe('failures in the middle', () => {
  /** Sessions on the GPU fail from the moment that `isLost` is set. */
  function losing(message: string) {
    const state = { isLost: false }
    const change = onGpu((session) => ({
      ...session,
      run: (feeds) => (state.isLost ? Promise.reject(new Error(message)) : session.run(feeds)),
      release: () => (state.isLost ? Promise.reject(new Error('nothing to release')) : session.release()),
    }))
    return { state, change }
  }

  test('a lost GPU is given up and the call still answers', async () => {
    const { state, change } = losing('the device was lost')
    const inference = withGpu({ change })
    const before = await segment(inference)
    expect(statusOf(inference)?.provider).toBe('webgpu')
    state.isLost = true
    expect(await segment(inference)).toEqual(before)
    expect(statusOf(inference)).toMatchObject({
      provider: 'wasm',
      note: 'WebGPU failed and was given up: embedded-encoder.onnx: the device was lost',
    })
    state.isLost = false
    await segment(inference)
    expect(inference.runs.at(-1)?.provider).toBe('wasm')
    expect(inference.workers()).toBe(1)
  })

  test('a GPU that starts to give what is no number is given up', async () => {
    const state = { isMad: false }
    const inference = withGpu({
      change: onGpu((session) => ({
        ...session,
        run: async (feeds) => {
          const outputs = await session.run(feeds)
          if (state.isMad) (outputs.logits?.data as Float32Array | undefined)?.fill(NaN)
          return outputs
        },
      })),
    })
    const before = await segment(inference)
    state.isMad = true
    expect(await segment(inference)).toEqual(before)
    expect(statusOf(inference)?.provider).toBe('wasm')
  })

  test('values that are no numbers are an error where there is nothing to fall back on', async () => {
    const state = { isMad: false }
    const inference = inferenceInNode(ports, {
      change: ({ session }) => ({
        ...session,
        run: async (feeds) => {
          const outputs = await session.run(feeds)
          if (state.isMad) (outputs.logits?.data as Float32Array | undefined)?.fill(NaN)
          return outputs
        },
      }),
    })
    const before = await segment(inference)
    state.isMad = true
    await expect(segment(inference)).rejects.toMatchObject({ code: 'model/bad-output' })
    state.isMad = false
    expect(await segment(inference)).toEqual(before)
  })

  test.each(['std::bad_alloc', 'memory access out of bounds', 'Array buffer allocation failed'])(
    'a worker whose heap says "%s" is replaced, and the call is made again',
    async (message) => {
      const inference = inferenceInNode(ports, {
        change: ({ session }, worker) => ({
          ...session,
          run: (feeds) => (worker === 0 ? Promise.reject(new RangeError(message)) : session.run(feeds)),
        }),
      })
      const answer = await segment(inference)
      expect(answer.candidates[0]!.logits.every(Number.isFinite)).toBe(true)
      expect(inference.workers()).toBe(2)
      expect(statusOf(inference)?.note).toContain(message)
    },
  )

  test('a heap that stays full ends its call only: the next ones run', async () => {
    let failures = 0
    const inference = inferenceInNode(ports, {
      change: ({ session }) => ({
        ...session,
        run: (feeds) =>
          feeds.image?.dims[3] === 96 && failures++ < 2
            ? Promise.reject(new Error('std::bad_alloc'))
            : session.run(feeds),
      }),
    })
    const features = featureClientOf(inference.host)
    const large = features.extract('embedded', 'large', picture(96, 32), job)
    const small = features.extract('embedded', 'small', picture(32, 32), job)
    await expect(large).rejects.toMatchObject({
      code: 'runtime/out-of-memory',
      message: expect.stringContaining('Maskwright embedded needs more memory') as string,
    })
    expect((await small).levels.length).toBe(4)
  })
})
