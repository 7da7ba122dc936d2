import { describe, expect, test } from 'vitest'
import type { RgbaImage } from '../../core/raster'
import { refineByCrf } from '../../ml/cam/crf/refineByCrf'
import { inpaint } from '../../ml/cam/inpaint/inpaint'
import { workerWith } from '../__fixtures__/workerWith'
import type { PixelApi } from './pixelApi'
import { createPixelClient } from './pixelClient'
import { createPixelService } from './pixelService'

const job = (signal: AbortSignal = new AbortController().signal) => ({ signal, onProgress: () => {} })

const shade: RgbaImage = {
  width: 8,
  height: 6,
  data: Uint8ClampedArray.from({ length: 8 * 6 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i >> 2) * 5)),
}
const mask = { width: 8, height: 6, data: Uint8Array.from({ length: 48 }, (_, p) => (p === 20 ? 1 : 0)) }
const inpainting = { image: shade, mask, normals: [], seed: 3 }
const crf = {
  image: shade,
  probabilities: Float32Array.from({ length: 96 }, (_, i) => (i < 48 ? 0.6 : 0.4)),
  classCount: 1,
  params: {
    smoothWeight: 3,
    smoothPx: 3,
    colourWeight: 10,
    colourPx: 80,
    colourLevels: 13,
    iterations: 2,
  },
}

describe('pixel work over a message channel', () => {
  test('gives what the plain functions give, and leaves its inputs with the caller', async () => {
    const pixels = createPixelClient({ start: () => workerWith(createPixelService()) })
    expect(await pixels.inpaint(inpainting, job())).toEqual(inpaint(inpainting))
    expect(await pixels.refine(crf, job())).toEqual(refineByCrf(crf))
    expect(shade.data.length).toBe(192)
    expect(crf.probabilities.length).toBe(96)
  })

  test('a failed call says what was wrong and harms no other', async () => {
    const pixels = createPixelClient({ start: () => workerWith(createPixelService()) })
    const small = { ...mask, width: 4, height: 12 }
    await expect(pixels.inpaint({ ...inpainting, mask: small }, job())).rejects.toThrow('image size')
    expect((await pixels.inpaint(inpainting, job())).width).toBe(8)
  })

  test('a cancelled call ends with its worker after the grace time; the next gets a fresh one', async () => {
    const deaf = workerWith<PixelApi>({ ...createPixelService(), refine: () => new Promise(() => {}) })
    const workers = [deaf, workerWith(createPixelService())]
    const pixels = createPixelClient({ start: () => workers.shift()!, graceMs: 20 })
    const controller = new AbortController()
    const cancelled = pixels.refine(crf, job(controller.signal))
    controller.abort()
    await expect(cancelled).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(deaf.isTerminated()).toBe(true)
    expect((await pixels.refine(crf, job())).length).toBe(96)
  })
})
