import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { CropAnswer, CropPrompt } from '../../ml/generators/generator'
import { pasteMap } from '../../ml/imaging/pasteMap'
import { FIXTURE_MODELS } from '../../nn/onnx/promptable/__fixtures__/fixtureModels'
import { sam1Decoder, sam1Encoder } from '../../nn/onnx/promptable/__fixtures__/sam1Graphs'
import type { AnyTensor, InferenceSession } from '../../nn/onnx/session'
import type { LibraryModel } from '../models/libraryModel'
import { createSegmenterClient } from './segmenterClient'
import {
  featureClientOf,
  inferenceInNode,
  job,
  picture,
  promptOf,
  type Disk,
  type GraphCall,
  type InferenceInNode,
  type InferenceInNodeOptions,
} from './__fixtures__/inferenceInNode'

/** Models of the library through clients, worker protocol and service, on the fixture graphs of their families. */
vi.setConfig({ testTimeout: 90_000 })

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

const file = (name: string, bytes: BlobPart) => ({ name, graph: new Blob([bytes]), externalData: [] })

/** Graphs are made once: the hash of each is what its model hash stands for. */
function modelOf(id: string, graphs: readonly Uint8Array[]): LibraryModel {
  const [encoder, decoder] = graphs.map((bytes, i) => file(`${id}-${i}.onnx`, bytes.slice()))
  const modelHash = Buffer.from(id).toString('hex').padEnd(64, '0')
  return { id, title: `Model ${id}`, modelHash, encoder: encoder!, decoder: decoder ?? encoder! }
}

const sam1 = modelOf('sam1', FIXTURE_MODELS['sam1']!.graphs())
const sam2 = modelOf('sam2', FIXTURE_MODELS['sam2-transformers']!.graphs())

const image = picture(320, 240)
const boxPx = { x: 150, y: 90, width: 60, height: 40 }
const regionPx = { x: 100, y: 60, width: 160, height: 120 }

interface Lab extends InferenceInNode {
  /** Graphs that were opened: which model's half on which provider. */
  readonly opened: string[]
  ask(prompt?: Partial<CropPrompt>, asked?: { model?: LibraryModel; imageKey?: string }): Promise<CropAnswer>
}

/** The library holds what a test asks for. */
function lab(options: InferenceInNodeOptions = {}): Lab {
  const opened: string[] = []
  const inference = inferenceInNode(ports, {
    ...options,
    change: (call, worker) => {
      const half = call.session.inputNames.includes('point_coords') ? 'decoder' : 'encoder'
      opened.push(`${half} ${call.provider}`)
      return options.change?.(call, worker) ?? call.session
    },
  })
  let current = sam1
  const segmenter = createSegmenterClient(inference.host, () => Promise.resolve(current))
  return {
    ...inference,
    opened,
    ask: (prompt, { model = sam1, imageKey = 'image:one' } = {}) => {
      current = model
      const asked = { ...promptOf(boxPx), regionPx, ...prompt }
      return segmenter.segment(model.id, imageKey, image, asked, 'interactive', job)
    },
  }
}

const isDecoder = ({ session }: GraphCall): boolean => session.inputNames.includes('point_coords')

/** An answer in short, equal for answers that are equal to the bit; a matcher takes seconds for a megapixel. */
function digest({ frame, candidates }: CropAnswer) {
  const hash = (values: Float32Array): string =>
    createHash('sha256')
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      .digest('hex')
  return {
    frame,
    candidates: candidates.map(({ logits, predictedIou, feedback }) => [
      hash(logits),
      predictedIou,
      hash(feedback),
    ]),
  }
}

/** What became of every run since, in words. */
function runsAfter({ runs }: InferenceInNode, from: number): string[] {
  return runs
    .slice(from)
    .map(({ provider, inputs }) => `${inputs.includes('point_coords') ? 'decoder' : 'encoder'} ${provider}`)
}

/** Bounding box of the mask at logit 0, image pixels. */
function maskBounds({ frame, candidates }: CropAnswer, candidate = 0) {
  const { data } = pasteMap(candidates[candidate]!.logits, frame, { x: 0, y: 0, width: 320, height: 240 })
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  data.forEach((logit, p) => {
    if (logit <= 0) return
    left = Math.min(left, p % 320)
    right = Math.max(right, (p % 320) + 1)
    top = Math.min(top, Math.floor(p / 320))
    bottom = Math.max(bottom, Math.floor(p / 320) + 1)
  })
  return { left, top, right, bottom }
}

const changingOutputs =
  (change: (name: string, tensor: AnyTensor) => AnyTensor) =>
  (session: InferenceSession): InferenceSession => ({
    ...session,
    run: async (feeds) =>
      Object.fromEntries(
        Object.entries(await session.run(feeds)).map(([name, tensor]) => [name, change(name, tensor)]),
      ),
  })

describe('a model of the library', () => {
  test('is described by its own graphs', async () => {
    const { host, runs } = lab()
    const segmenter = createSegmenterClient(host, () => Promise.resolve(sam1))
    expect(await segmenter.describe('sam1')).toMatchObject({
      id: 'sam1',
      title: 'Model sam1',
      family: 'sam1',
      modelHash: sam1.modelHash,
      input: { kind: 'image', canvasSide: 1024 },
      accepts: { positiveClicks: true, negativeClicks: true },
    })
    expect(runs).toEqual([])
  })

  test('answers in pixels of the picture, wherever its region lies', async () => {
    const { ask } = lab()
    // The fixture's first candidate is as large as its box; a cell of the canvas is a fraction of a pixel here.
    for (const region of [regionPx, null, { x: 149, y: 80, width: 70, height: 60 }]) {
      const bounds = maskBounds(await ask({ regionPx: region }))
      expect(Math.abs(bounds.left - 150)).toBeLessThanOrEqual(1)
      expect(Math.abs(bounds.right - 210)).toBeLessThanOrEqual(1)
      expect(Math.abs(bounds.top - 90)).toBeLessThanOrEqual(1)
      expect(Math.abs(bounds.bottom - 130)).toBeLessThanOrEqual(1)
    }
  })

  test('encodes a region once, and another region or picture anew', async () => {
    const inference = lab()
    await inference.ask()
    const from = inference.runs.length
    await inference.ask({ boxPx: { x: 110, y: 70, width: 50, height: 30 } })
    expect(runsAfter(inference, from)).toEqual(['decoder wasm'])
    await inference.ask({ regionPx: { ...regionPx, x: 101 } })
    await inference.ask({}, { imageKey: 'image:two' })
    await inference.ask()
    const both = ['encoder wasm', 'decoder wasm']
    expect(runsAfter(inference, from + 1)).toEqual([...both, ...both, 'decoder wasm'])
  })

  test('a new worker decodes at once what an earlier one encoded, to the bit, and does not even open the encoder', async () => {
    const disk: Disk = new Map()
    const first = await lab({ disk }).ask()
    const next = lab({ disk })
    expect(digest(await next.ask())).toEqual(digest(first))
    expect(next.opened).toEqual(['decoder wasm'])
    expect(runsAfter(next, 0)).toEqual(['decoder wasm'])
  })

  test('what was kept can be cleared', async () => {
    const disk: Disk = new Map()
    const inference = lab({ disk })
    await inference.ask()
    const features = featureClientOf(inference.host)
    expect((await features.cacheState()).otherBytes).toBeGreaterThan(0)
    await features.clearCache()
    expect((await features.cacheState()).otherBytes).toBe(0)
    const next = lab({ disk })
    await next.ask()
    expect(runsAfter(next, 0)).toContain('encoder wasm')
  })

  test('its former answer and clicks reach it in its own frame', async () => {
    const { ask } = lab()
    const former = (await ask()).candidates[0]!
    // The fixture draws the box, joins the former mask and a disc at the positive click, and cuts one at the negative.
    const small = { x: 180, y: 100, width: 20, height: 20 }
    const alone = maskBounds(await ask({ boxPx: small }))
    expect(Math.abs(alone.left - 180)).toBeLessThanOrEqual(1)
    const joined = await ask({ boxPx: small, former })
    // The answer covers the neighbourhood of its box only, and there the former mask fills it.
    expect(maskBounds(joined).left).toBeLessThan(177)
    const clicks = [
      { pointPx: { x: 130, y: 110 }, isPositive: true },
      { pointPx: { x: 190, y: 110 }, isPositive: false },
    ]
    const clicked = await ask({ boxPx: { x: 125, y: 95, width: 80, height: 30 }, clicks })
    const { data } = pasteMap(clicked.candidates[0]!.logits, clicked.frame, {
      x: 190,
      y: 110,
      width: 1,
      height: 1,
    })
    expect(data[0]).toBeLessThan(0)
  })

  test('only one is open at a time, and each comes back', async () => {
    let open = 0
    let most = 0
    const inference = lab({
      change: ({ session }) => {
        most = Math.max(most, ++open)
        return {
          ...session,
          release: () => {
            open--
            return Promise.resolve()
          },
        }
      },
    })
    const first = await inference.ask({}, { model: sam1 })
    await inference.ask({}, { model: sam2 })
    expect(digest(await inference.ask({}, { model: sam1 }))).toEqual(digest(first))
    expect(most).toBeLessThanOrEqual(2)
  })

  test('two tabs that share a disk do not disturb each other', async () => {
    const disk: Disk = new Map()
    const [one, two] = [lab({ disk }), lab({ disk })]
    const answers = await Promise.all([one.ask(), two.ask(), one.ask(), two.ask()])
    const [first, ...others] = answers.map(digest)
    for (const other of others) expect(other).toEqual(first)
    await featureClientOf(one.host).clearCache()
    expect(digest(await two.ask())).toEqual(first)
  })
})

describe('the provider of a library model', () => {
  test('on a GPU the encoder runs there and the decoder beside it; the check is not repeated', async () => {
    const disk: Disk = new Map()
    const first = lab({ disk, hasGpu: true })
    await first.ask()
    expect(runsAfter(first, 0).slice(-2)).toEqual(['encoder webgpu', 'decoder wasm'])
    expect(first.host.status.get()).toEqual([
      { modelId: 'sam1', provider: 'split', threads: 1, note: 'agrees with WASM' },
    ])
    const next = lab({ disk, hasGpu: true })
    await next.ask({}, { imageKey: 'image:two' })
    expect(runsAfter(next, 0)).toEqual(['encoder webgpu', 'decoder wasm'])
    expect(next.opened).not.toContain('encoder wasm')
  })

  test.each([
    ['webgpu', ['encoder webgpu', 'decoder webgpu']],
    ['wasm', ['encoder wasm', 'decoder wasm']],
  ] as const)('the wish %s decides', async (wish, expected) => {
    const inference = lab({ hasGpu: true, wish })
    await inference.ask()
    expect(runsAfter(inference, 0).slice(-2)).toEqual(expected)
  })

  test('a GPU that encodes something else is not used, the note says so, and nobody tries again', async () => {
    const disk: Disk = new Map()
    const wrong = changingOutputs((_, tensor) =>
      'type' in tensor ? tensor : { ...tensor, data: tensor.data.map((value) => value + 3) },
    )
    const change = ({ provider, session }: GraphCall) => (provider === 'webgpu' ? wrong(session) : session)
    const inference = lab({ disk, hasGpu: true, wish: 'webgpu', change })
    const answer = await inference.ask()
    const [status] = inference.host.status.get()
    expect(status?.provider).toBe('wasm')
    expect(status?.note).toContain('WebGPU drew other masks than WASM')
    expect(digest(answer)).toEqual(digest(await lab({ wish: 'wasm' }).ask()))
    const next = lab({ disk, hasGpu: true, wish: 'webgpu', change })
    await next.ask({}, { imageKey: 'image:two' })
    expect(next.opened).not.toContain('encoder webgpu')
  })

  test('a GPU that is lost in the middle is given up, and the call answers', async () => {
    const state = { isLost: false }
    const inference = lab({
      hasGpu: true,
      change: ({ provider, session }) => ({
        ...session,
        run: (feeds) =>
          provider === 'webgpu' && state.isLost
            ? Promise.reject(new Error('the device was lost'))
            : session.run(feeds),
      }),
    })
    await inference.ask()
    state.isLost = true
    const answer = await inference.ask({}, { imageKey: 'image:two' })
    expect(answer.candidates.length).toBeGreaterThan(0)
    expect(inference.host.status.get()[0]).toMatchObject({
      provider: 'wasm',
      note: 'WebGPU failed and was given up: sam1-0.onnx: the device was lost',
    })
  })
})

describe('a model that cannot be trusted', () => {
  const constantInput = (name: string, session: InferenceSession): InferenceSession => {
    let first: AnyTensor | undefined
    return {
      ...session,
      run: (feeds) => {
        const given = feeds[name]
        if (given === undefined) return session.run(feeds)
        first ??= given
        return session.run({ ...feeds, [name]: first })
      },
    }
  }

  test('one that ignores its box is refused, and refused at once the next time', async () => {
    const disk: Disk = new Map()
    const change = ({ session }: GraphCall) => constantInput('point_coords', session)
    const message = 'Model sam1 draws the same mask for every box: it ignores its input'
    await expect(lab({ disk, change }).ask()).rejects.toMatchObject({ code: 'model/bad-output', message })
    const next = lab({ disk, change })
    await expect(next.ask()).rejects.toMatchObject({ code: 'model/bad-output', message })
    expect(next.runs).toEqual([])
  })

  test('one whose encoder ignores the picture is refused', async () => {
    const model = modelOf('blind', [sam1Encoder({ fault: 'ignores-image' }), sam1Decoder()])
    await expect(lab().ask({}, { model })).rejects.toMatchObject({
      code: 'model/bad-output',
      message: expect.stringContaining('ignores its input') as string,
    })
  })

  test.each([
    ['values that are not numbers', (data: Float32Array) => data.fill(NaN)],
    ['an infinite value', (data: Float32Array) => data.fill(Infinity, 7, 8)],
  ])('%s are an error, and the next call is answered', async (_, spoil) => {
    const state = { isMad: false }
    const inference = lab({
      change: (call) =>
        isDecoder(call)
          ? changingOutputs((_name, tensor) =>
              state.isMad && !('type' in tensor) ? { ...tensor, data: spoil(tensor.data.slice()) } : tensor,
            )(call.session)
          : call.session,
    })
    const before = await inference.ask()
    state.isMad = true
    await expect(inference.ask()).rejects.toMatchObject({ code: 'model/bad-output' })
    state.isMad = false
    expect(digest(await inference.ask())).toEqual(digest(before))
  })

  test('what an encoder that went mad saw is not kept', async () => {
    const disk: Disk = new Map()
    const state = { isMad: false }
    const inference = lab({
      disk,
      change: (call) =>
        isDecoder(call)
          ? call.session
          : changingOutputs((_name, tensor) =>
              state.isMad && !('type' in tensor)
                ? { ...tensor, data: tensor.data.slice().fill(NaN) }
                : tensor,
            )(call.session),
    })
    await inference.ask({}, { imageKey: 'image:two' })
    state.isMad = true
    await expect(inference.ask()).rejects.toMatchObject({ code: 'model/bad-output' })
    state.isMad = false
    const answer = await inference.ask()
    expect(answer.candidates[0]!.logits.every(Number.isFinite)).toBe(true)
  })

  test('an empty answer is an error', async () => {
    const inference = lab({
      change: (call) =>
        isDecoder(call)
          ? changingOutputs((_name, tensor) =>
              'type' in tensor ? tensor : { data: new Float32Array(0), dims: [1, 0, 0, 0] },
            )(call.session)
          : call.session,
    })
    await expect(inference.ask()).rejects.toMatchObject({ code: 'model/bad-output' })
  })
})

describe('files that are no model', () => {
  test('a truncated one is named', async () => {
    const graphs = FIXTURE_MODELS['sam1']!.graphs()
    const model = modelOf('cut', [graphs[0]!.slice(0, graphs[0]!.length / 2), graphs[1]!])
    await expect(lab().ask({}, { model })).rejects.toMatchObject({
      code: 'model/incompatible',
      message: expect.stringContaining('cut-0.onnx') as string,
    })
  })

  test('two that belong to different models are refused before anything runs', async () => {
    const graphs = [FIXTURE_MODELS['sam2-transformers']!.graphs()[0]!, FIXTURE_MODELS['sam1']!.graphs()[1]!]
    const inference = lab()
    await expect(inference.ask({}, { model: modelOf('mixed', graphs) })).rejects.toMatchObject({
      code: 'model/incompatible',
    })
    expect(inference.runs).toEqual([])
  })
})

describe('a heap that is full', () => {
  test('costs a worker, not the call', async () => {
    const inference = lab({
      hasGpu: true,
      change: ({ provider, session }, worker) => ({
        ...session,
        run: (feeds) =>
          worker === 0 && provider === 'wasm'
            ? Promise.reject(new Error('std::bad_alloc'))
            : session.run(feeds),
      }),
    })
    const answer = await inference.ask()
    expect(answer.candidates.length).toBeGreaterThan(0)
    expect(inference.workers()).toBe(2)
    expect(inference.host.status.get()[0]).toMatchObject({
      provider: 'wasm',
      note: expect.stringContaining('WASM until this page is loaded again') as string,
    })
  })

  test('that stays full ends the call with a clear word, and the embedded model still answers', async () => {
    const inference = lab({
      change: ({ session }) => ({
        ...session,
        run: (feeds) =>
          session.inputNames.includes('point_coords') ||
          feeds.prompt !== undefined ||
          feeds.feat32 !== undefined
            ? session.run(feeds)
            : Promise.reject(new RangeError('Array buffer allocation failed')),
      }),
    })
    await expect(inference.ask()).rejects.toMatchObject({
      code: 'runtime/out-of-memory',
      message: expect.stringContaining('Model sam1 needs more memory') as string,
    })
    const pack = await featureClientOf(inference.host).extract('embedded', 'a', picture(32, 32), job)
    expect(pack.levels.length).toBe(4)
  })
})
