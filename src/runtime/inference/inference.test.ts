import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Box } from '../../core/geometry'
import type { CropPrompt } from '../../ml/generators/generator'
import type { RgbaImage } from '../../core/raster'
import { decodeHalf } from '../../ml/float16'
import { tensorOf, type InferenceSession } from '../../nn/onnx/session'
import { openNodeSession } from '../__fixtures__/nodeOrt'
import type { OpenSession } from '../ort'
import { connect, serve, type Endpoint } from '../rpc'
import { createMemoryFolder } from './cacheFolder'
import { createFeatureCache } from './featureCache'
import { createFeatureClient } from './featureClient'
import { createInferenceHost } from './inferenceHost'
import { createInferenceService, type InferenceDeps } from './inferenceService'
import type { InferenceApi } from './inferenceApi'
import { createSegmenterClient } from './segmenterClient'
import { createStudentRunnerClient } from './studentRunnerClient'

/** Clients, worker protocol and service over a MessageChannel, with the real weights on wasm in node. */
// Compiling the wasm runtime may take seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const job = { signal: new AbortController().signal, onProgress: () => {} }

const fromDisk = (url: string): Promise<Response> =>
  Promise.resolve(new Response(readFileSync(`public/models/${basename(url)}`)))

const loading = (openSession: OpenSession) => ({ loadOrt: () => Promise.resolve(openSession) })

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

function setUp(overrides: Partial<InferenceDeps> = {}, wish: 'auto' | 'wasm' | 'webgpu' = 'auto') {
  let runs = 0
  const openSession = async (onnx: Uint8Array): Promise<InferenceSession> => {
    const session = await openNodeSession(onnx)
    return {
      ...session,
      run: (feeds) => {
        runs++
        return session.run(feeds)
      },
    }
  }
  const service = createInferenceService({
    fetchUrl: fromDisk,
    loadOrt: () => Promise.resolve(openSession),
    hasHardwareGpu: () => Promise.resolve(false),
    threads: 1,
    openCache: () => createFeatureCache(createMemoryFolder(), 1e9),
    ...overrides,
  })
  const host = createInferenceHost({
    baseUrl: 'http://localhost/app/',
    wish,
    fetchUrl: fromDisk,
    start: () => {
      const { port1, port2 } = new MessageChannel()
      ports.push(port1, port2)
      serve(service, port2 as Endpoint)
      return { api: connect<InferenceApi>(port1 as Endpoint), terminate: () => {}, onCrash: () => {} }
    },
  })
  return { host, runs: () => runs }
}

function picture(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4).map((_, i) => (i * 37 + (i >> 8) * 11) % 256)
  return { width, height, data }
}

function promptOf(boxPx: Box): CropPrompt {
  return { boxPx, regionPx: null, clicks: [], former: null }
}

describe('the inference clients', () => {
  test('segment answers on the crop grid and leaves the picture as it was', async () => {
    const { host } = setUp()
    const segmenter = createSegmenterClient(host)
    const image = picture(200, 150)
    const before = image.data.slice()
    const boxPx = { x: 40, y: 30, width: 50, height: 20 }
    const answer = await segmenter.segment('embedded', 'key', image, promptOf(boxPx), 'interactive', job)
    // Side 1.6 * 50 = 80 px around the box's centre (65, 40).
    expect(answer.frame).toEqual({
      originPx: { x: 25, y: 0 },
      widthPx: 80,
      heightPx: 80,
      columns: 128,
      rows: 128,
    })
    const [candidate] = answer.candidates
    expect(candidate?.logits.length).toBe(128 * 128)
    expect(candidate?.logits.every(Number.isFinite)).toBe(true)
    expect(candidate?.predictedIou).toBeGreaterThan(0)
    expect(candidate?.predictedIou).toBeLessThan(1)
    expect(image.data.every((value, i) => value === before[i])).toBe(true)
    expect(host.status.get()).toMatchObject({ provider: 'wasm', note: 'no GPU that the browser can use' })
  })

  test('clicks are refused, not dropped', async () => {
    const segmenter = createSegmenterClient(setUp().host)
    const prompt = {
      ...promptOf({ x: 1, y: 1, width: 5, height: 5 }),
      clicks: [{ pointPx: { x: 2, y: 2 }, isPositive: true }],
    }
    await expect(
      segmenter.segment('embedded', 'key', picture(20, 20), prompt, 'interactive', job),
    ).rejects.toMatchObject({ code: 'model/incompatible' })
  })

  test('describe needs the manifest only', async () => {
    const { host, runs } = setUp()
    expect(await createSegmenterClient(host).describe('embedded')).toMatchObject({
      id: 'embedded',
      input: { kind: 'crop' },
      modelHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
    expect((await createFeatureClient(host).describe()).levels.map(({ stride }) => stride)).toEqual([
      4, 8, 16, 32,
    ])
    expect(runs()).toBe(0)
  })

  test('features are computed once and then come from the cache, equal to the bit', async () => {
    const { host, runs } = setUp()
    const features = createFeatureClient(host)
    const first = await features.extract('image:plain', picture(64, 32), job)
    expect(runs()).toBe(1)
    const second = await features.extract('image:plain', picture(64, 32), job)
    expect(runs()).toBe(1)
    expect(second).toEqual(first)
    expect(await features.cacheBytes()).toBeGreaterThan(0)
    await features.clearCache()
    expect(await features.cacheBytes()).toBe(0)
  })

  test('other weights than the manifest names are not used', async () => {
    const tampered = (url: string): Promise<Response> => {
      const bytes = Uint8Array.from(readFileSync(`public/models/${basename(url)}`))
      bytes[bytes.length - 1]! ^= 1
      return Promise.resolve(new Response(bytes))
    }
    const { host } = setUp({ fetchUrl: tampered })
    await expect(createFeatureClient(host).extract('a', picture(32, 32), job)).rejects.toMatchObject({
      code: 'model/hash-mismatch',
    })
  })

  test('a cancelled call is an AbortError and the next one runs', async () => {
    const features = createFeatureClient(setUp().host)
    await expect(
      features.extract('a', picture(32, 32), { ...job, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect((await features.extract('a', picture(32, 32), job)).levels.length).toBe(4)
  })
})

describe('the choice of the provider', () => {
  test.each([
    ['auto', false, 'wasm'],
    ['auto', true, 'webgpu'],
    ['wasm', true, 'wasm'],
    ['webgpu', false, 'webgpu'],
  ] as const)(
    'wish %s with a hardware GPU %s loads the %s build, once',
    async (wish, isHardware, flavour) => {
      const loaded: string[] = []
      const { host } = setUp(
        {
          hasHardwareGpu: () => Promise.resolve(isHardware),
          loadOrt: (asked) => {
            loaded.push(asked)
            return Promise.resolve(openNodeSession)
          },
        },
        wish,
      )
      const features = createFeatureClient(host)
      await features.extract('a', picture(32, 32), job)
      await features.extract('b', picture(32, 32), job)
      expect(loaded).toEqual([flavour])
      expect(host.status.get()?.provider).toBe(flavour)
    },
  )

  /** Opens on "webgpu" what `change` makes of the real session. */
  const gpuSessions =
    (change: (session: InferenceSession) => InferenceSession) =>
    async (onnx: Uint8Array, provider: 'wasm' | 'webgpu'): Promise<InferenceSession> => {
      const session = await openNodeSession(onnx)
      return provider === 'webgpu' ? change(session) : session
    }
  const hardware = { hasHardwareGpu: () => Promise.resolve(true) }
  const statusAfterOneCall = async (overrides: Partial<InferenceDeps>) => {
    const { host } = setUp({ ...hardware, ...overrides })
    await createFeatureClient(host).extract('a', picture(32, 32), job)
    return host.status.get()
  }

  test('a GPU that agrees with WASM is used', async () => {
    expect(await statusAfterOneCall(loading(gpuSessions((session) => session)))).toMatchObject({
      provider: 'webgpu',
    })
  })

  test('a GPU that answers zeros is not used, and the note says so', async () => {
    const zeros = gpuSessions((session) => ({
      ...session,
      run: async (feeds) =>
        Object.fromEntries(
          Object.entries(await session.run(feeds)).map(([name, { data, dims }]) => [
            name,
            { data: new Float32Array(data.length), dims },
          ]),
        ),
    }))
    const status = await statusAfterOneCall(loading(zeros))
    expect(status).toMatchObject({ provider: 'wasm' })
    expect(status?.note).toContain('WebGPU gave other numbers')
  })

  test('a GPU that cannot open the graph is not used', async () => {
    const refusing = gpuSessions(() => {
      throw new Error('no kernel for Resize')
    })
    const status = await statusAfterOneCall(loading(refusing))
    expect(status).toMatchObject({
      provider: 'wasm',
      note: 'WebGPU could not run the model: no kernel for Resize',
    })
  })

  test('a GPU that fails later is given up and the call still answers', async () => {
    let isLost = false
    const failing = gpuSessions((session) => ({
      ...session,
      run: (feeds) => (isLost ? Promise.reject(new Error('device lost')) : session.run(feeds)),
    }))
    const { host } = setUp({ ...hardware, ...loading(failing) })
    const features = createFeatureClient(host)
    await features.extract('a', picture(32, 32), job)
    expect(host.status.get()?.provider).toBe('webgpu')
    isLost = true
    const pack = await features.extract('b', picture(32, 32), job)
    expect(decodeHalf(pack.levels[0]!.data).every(Number.isFinite)).toBe(true)
    expect(host.status.get()).toMatchObject({
      provider: 'wasm',
      note: 'WebGPU failed and was given up: device lost',
    })
  })
})

describe('the student runner', () => {
  /** A fake student: `classes` are the first value of feat32 and of pixels, `defect` counts runs. */
  function fakeStudents() {
    const log: string[] = []
    const openSession = (onnx: Uint8Array): Promise<InferenceSession> => {
      const label = String(onnx[0])
      log.push(`open ${label}`)
      return Promise.resolve({
        inputNames: ['feat32', 'pixels'],
        outputNames: ['classes', 'defect'],
        inputs: [],
        outputs: [],
        run: (feeds) => {
          log.push(`run ${label}`)
          const { data: features, dims } = tensorOf(feeds, 'feat32')
          const { data: pixels } = tensorOf(feeds, 'pixels')
          expect(dims).toEqual([1, 3, 1, 2])
          const classes = new Float32Array(2 * 64 * 32)
          classes.set([features[0]!, features[1]!, pixels[0]!])
          return Promise.resolve({
            classes: { data: classes, dims: [1, 2, 32, 64] },
            defect: { data: new Float32Array(64 * 32), dims: [1, 1, 32, 64] },
          })
        },
        release: () => {
          log.push(`release ${label}`)
          return Promise.resolve()
        },
      })
    }
    return { openSession, log }
  }
  // (1, 2, 3 channels) channels last: pixel 0 has 1, 2, 3 and pixel 1 has 4, 5, 6 (in halves).
  const features = {
    width: 64,
    height: 32,
    levels: [
      { stride: 32, channels: 3, data: Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600) },
    ],
  }
  const white = { width: 64, height: 32, data: new Uint8ClampedArray(64 * 32 * 4).fill(255) }

  test('feeds channels first and pixels in 0..1, and keeps the session while the key stays', async () => {
    const { openSession, log } = fakeStudents()
    const runner = createStudentRunnerClient(setUp(loading(openSession)).host)
    const answer = await runner.run('a', Uint8Array.of(1), features, white, job)
    // The plane of channel 0 is pixel 0 then pixel 1: 1, 4.
    expect([answer.classes[0], answer.classes[1], answer.classes[2]]).toEqual([1, 4, 1])
    expect(answer.defect.length).toBe(64 * 32)
    await runner.run('a', Uint8Array.of(1), features, white, job)
    await runner.run('b', Uint8Array.of(2), features, white, job)
    expect(log).toEqual(['open 1', 'run 1', 'run 1', 'release 1', 'open 2', 'run 2'])
  })

  test('a student that wants other features is incompatible', async () => {
    const { openSession } = fakeStudents()
    const runner = createStudentRunnerClient(setUp(loading(openSession)).host)
    const other = { ...features, levels: [{ ...features.levels[0]!, stride: 16 }] }
    await expect(runner.run('a', Uint8Array.of(1), other, white, job)).rejects.toMatchObject({
      code: 'model/incompatible',
    })
  })
})
