import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { CropPrompt } from '../../ml/generators/generator'
import { createSegmenterClient } from './segmenterClient'
import { clickableModelFiles, fromFiles } from './__fixtures__/clickableModel'
import {
  featureClientOf,
  inferenceInNode,
  job,
  noModels,
  picture,
  promptOf,
  type Disk,
  type InferenceInNodeOptions,
} from './__fixtures__/inferenceInNode'

/** Clients, worker protocol and service over a MessageChannel, with the real weights on wasm in node. */
// Compiling the wasm runtime may take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

const setUp = (options: InferenceInNodeOptions = {}) => inferenceInNode(ports, options)

describe('the inference clients', () => {
  test('segment answers on the crop grid and leaves the picture as it was', async () => {
    const { host } = setUp()
    const segmenter = createSegmenterClient(host, noModels)
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
    expect(host.status.get()).toEqual([
      { modelId: 'embedded', provider: 'wasm', threads: 1, note: 'no GPU that the browser can use' },
    ])
  })

  test('a box outside the picture is refused', async () => {
    const segmenter = createSegmenterClient(setUp().host, noModels)
    const prompt = promptOf({ x: 30, y: 1, width: 5, height: 5 })
    await expect(
      segmenter.segment('embedded', 'key', picture(20, 20), prompt, 'interactive', job),
    ).rejects.toMatchObject({ code: 'usage/invalid-parameter' })
  })

  test('describe needs the manifest only', async () => {
    const { host, runs } = setUp()
    expect(await createSegmenterClient(host, noModels).describe('embedded')).toMatchObject({
      id: 'embedded',
      input: { kind: 'crop' },
      modelHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
    expect((await featureClientOf(host).describe('embedded')).levels.map(({ stride }) => stride)).toEqual([
      4, 8, 16, 32,
    ])
    expect(runs).toEqual([])
  })

  test('features are computed once and then come from the cache, equal to the bit', async () => {
    const disk: Disk = new Map()
    const { host, runs } = setUp({ disk })
    const features = featureClientOf(host)
    const first = await features.extract('embedded', 'image:plain', picture(64, 32), job)
    const before = runs.length
    expect(await features.extract('embedded', 'image:plain', picture(64, 32), job)).toEqual(first)
    expect(runs.length).toBe(before)
    // A new worker of the same browser.
    const next = setUp({ disk })
    expect(await featureClientOf(next.host).extract('embedded', 'image:plain', picture(64, 32), job)).toEqual(
      first,
    )
    expect(next.runs).toEqual([])
    expect((await features.cacheState()).bytes).toBeGreaterThan(0)
    await features.clearCache()
    expect((await features.cacheState()).bytes).toBe(0)
  })

  test('other weights than the manifest names are not used', async () => {
    const tampered = (url: string): Promise<Response> => {
      const bytes = Uint8Array.from(readFileSync(`public/models/${basename(url)}`))
      bytes[bytes.length - 1]! ^= 1
      return Promise.resolve(new Response(bytes))
    }
    const { host } = setUp({ deps: { fetchUrl: tampered } })
    await expect(featureClientOf(host).extract('embedded', 'a', picture(32, 32), job)).rejects.toMatchObject({
      code: 'model/hash-mismatch',
    })
  })

  test('a cancelled call is an AbortError and the next one runs', async () => {
    const features = featureClientOf(setUp().host)
    await expect(
      features.extract('embedded', 'a', picture(32, 32), { ...job, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect((await features.extract('embedded', 'a', picture(32, 32), job)).levels.length).toBe(4)
  })
})

describe('an embedded model that takes clicks', () => {
  const files = clickableModelFiles()
  const fetchUrl = fromFiles(files)
  const clickable = () => createSegmenterClient(inferenceInNode(ports, { fetchUrl }).host, noModels)
  // Side 1.6 * 80 = 128 px around (64, 64): grid pixels are image pixels.
  const boxPx = { x: 24, y: 24, width: 80, height: 80 }
  const grey = { width: 128, height: 128, data: new Uint8ClampedArray(128 * 128 * 4).fill(90) }
  const at = (logits: Float32Array, x: number, y: number): number => logits[y * 128 + x]!
  const ask = async (prompt: Partial<CropPrompt>, segmenter = clickable()) => {
    const asked = { ...promptOf(boxPx), ...prompt }
    return (await segmenter.segment('embedded', 'key', grey, asked, 'interactive', job)).candidates[0]!
  }

  test('says what it accepts', async () => {
    expect((await clickable().describe('embedded')).accepts).toEqual({
      positiveClicks: true,
      negativeClicks: true,
      feedback: true,
    })
  })

  test('sees the box', async () => {
    // A picture of one colour standardises to 0: 3 inside the box minus 1, outside -1.
    const { logits, predictedIou } = await ask({})
    expect([at(logits, 64, 64), at(logits, 24, 103), at(logits, 23, 64), at(logits, 104, 64)]).toEqual([
      2, 2, -1, -1,
    ])
    expect(predictedIou).toBe(0.5)
  })

  test('sees every click as a disc of its kind, in the same frame', async () => {
    const { logits } = await ask({
      clicks: [
        { pointPx: { x: 40, y: 40 }, isPositive: true },
        { pointPx: { x: 80.5, y: 60.5 }, isPositive: false },
      ],
    })
    // Around (40, 40), between pixels: the centre (43.5, 40.5) is 3.54 away, (43.5, 42.5) is 4.30.
    expect([at(logits, 40, 40), at(logits, 43, 40), at(logits, 43, 42), at(logits, 44, 40)]).toEqual([
      7, 7, 2, 2,
    ])
    // Around the centre of pixel (80, 60): 4 pixels to each side belong, a fifth does not.
    expect([at(logits, 80, 60), at(logits, 84, 60), at(logits, 76, 60), at(logits, 85, 60)]).toEqual([
      -5, -5, -5, 2,
    ])
  })

  test('gets its former answer back as probabilities, also outside the box', async () => {
    const former = await ask({})
    const { logits } = await ask({ former })
    const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))
    expect(at(logits, 64, 64)).toBeCloseTo(2 + 2 * sigmoid(2), 5)
    expect(at(logits, 0, 0)).toBeCloseTo(-1 + 2 * sigmoid(-1), 5)
  })

  test('refuses the former answer of another model', async () => {
    await expect(ask({ former: { feedback: new Float32Array(100) } })).rejects.toMatchObject({
      code: 'model/incompatible',
    })
  })

  test('a model without channels for clicks refuses them instead of dropping them', async () => {
    const text = new TextDecoder().decode(files.get('manifest.json'))
    const boxOnly = JSON.parse(text) as { models: [{ prompt: { channels: string[] } }] }
    boxOnly.models[0].prompt.channels = ['box']
    const served = fromFiles(
      new Map([...files, ['manifest.json', new TextEncoder().encode(JSON.stringify(boxOnly))]]),
    )
    const { host } = inferenceInNode(ports, { fetchUrl: served })
    const segmenter = createSegmenterClient(host, noModels)
    const clicks = [{ pointPx: { x: 40, y: 40 }, isPositive: false }]
    await expect(ask({ clicks }, segmenter)).rejects.toMatchObject({
      code: 'model/incompatible',
      message: 'the embedded segmenter takes no "negative" prompt',
    })
  })
})
