import { describe, expect, test } from 'vitest'
import type { Box } from '../../core/geometry'
import { cropFrameOf } from '../imaging/gridFrame'
import { sigmoid } from '../sigmoid'
import { detailAnswer } from './detailAnswer'
import type { CropAnswer } from './generator'

const calibration = {
  networkWeight: 1,
  otsuWeight: 0,
  blurPx: 0,
  keepInsideBoxDilated: 0.05,
  iouExponent: 0,
  sparseFill: 0.25,
  sparseThreshold: 0.5,
}
const job = () => ({ signal: new AbortController().signal, onProgress: () => {} })

/** What a model says that sees a diagonal line of `widthPx` as well as its grid of 128 cells can. */
function lineAnswer(boxPx: Box, widthPx: number): CropAnswer {
  const frame = cropFrameOf(boxPx, 1.6, 128)
  const cell = frame.widthPx / 128
  const logits = Float32Array.from({ length: 128 * 128 }, (_, p) => {
    const x = frame.originPx.x + ((p % 128) + 0.5) * cell
    const y = frame.originPx.y + (Math.floor(p / 128) + 0.5) * cell
    // A cell larger than the line mixes it with the surface.
    const blur = Math.max(1, cell)
    return (4 * (widthPx / 2 - Math.abs(x - y) / Math.SQRT2)) / blur
  })
  return { frame, candidates: [{ logits, predictedIou: 0.5, feedback: logits }], calibration }
}

const highest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, value))

const BOX: Box = { x: 0, y: 0, width: 480, height: 480 }

async function refined(ask = (prompt: Box) => lineAnswer(prompt, 3)) {
  const coarse = lineAnswer(BOX, 3)
  const asked: { prompt: Box; tile: Box }[] = []
  const answer = await detailAnswer(
    { coarse, suspicion: coarse.candidates[0]!.logits.map(sigmoid), boxPx: BOX, clicks: [], tilePx: 128 },
    (prompt, tile) => {
      asked.push({ prompt, tile })
      return Promise.resolve(ask(prompt))
    },
    job(),
  )
  return { coarse, answer, asked }
}

describe('a closer look', () => {
  test('asks only where something is suspected, inside the tiles', async () => {
    const { asked } = await refined()
    // 5 x 5 tiles, 88 px apart; the diagonal meets the 5 on it and their 8 neighbours.
    expect(asked.length).toBe(13)
    for (const { prompt, tile } of asked) {
      expect(prompt.x).toBeGreaterThanOrEqual(tile.x)
      expect(prompt.y).toBeGreaterThanOrEqual(tile.y)
      expect(prompt.x + prompt.width).toBeLessThanOrEqual(tile.x + tile.width + 1e-9)
      expect(prompt.y + prompt.height).toBeLessThanOrEqual(tile.y + tile.height + 1e-9)
    }
  })

  test('gives a finer answer for the whole box with the first look’s feedback', async () => {
    const { coarse, answer } = await refined()
    const { frame, candidates } = answer
    // 128 px are 80 cells.
    expect(frame.widthPx / frame.columns).toBeCloseTo(1.6)
    expect(frame.columns).toBe(480)
    expect(frame.originPx.x).toBeCloseTo(-144)
    expect(candidates.length).toBe(1)
    expect(candidates[0]!.feedback).toBe(coarse.candidates[0]!.feedback)
    const at = (x: number, y: number): number => {
      const u = Math.floor((x - frame.originPx.x) / 1.6)
      const v = Math.floor((y - frame.originPx.y) / 1.6)
      return candidates[0]!.logits[v * frame.columns + u]!
    }
    for (const t of [20, 133, 240, 300, 455]) {
      expect(at(t, t)).toBeGreaterThan(0)
      // 6 px beside the line: the first look (6 px a cell) is unsure, the closer one is not.
      expect(at(t, t - 9)).toBeLessThan(-0.5)
    }
  })

  test('tiles weigh more than the first look, but do not silence it', async () => {
    const nothing = (prompt: Box) => {
      const answer = lineAnswer(prompt, 3)
      return {
        ...answer,
        candidates: [{ ...answer.candidates[0]!, logits: new Float32Array(128 * 128).fill(-9) }],
      }
    }
    const { coarse, answer } = await refined(nothing)
    const most = highest(answer.candidates[0]!.logits)
    const whole = highest(coarse.candidates[0]!.logits)
    expect(sigmoid(most)).toBeCloseTo(0.35 * sigmoid(whole), 1)
  })

  test('looks where a person clicked, even where the first look saw nothing', async () => {
    const coarse = lineAnswer(BOX, 3)
    const asked: Box[] = []
    await detailAnswer(
      {
        coarse,
        suspicion: new Float32Array(128 * 128),
        boxPx: BOX,
        clicks: [
          { pointPx: { x: 60, y: 400 }, isPositive: true },
          { pointPx: { x: 400, y: 60 }, isPositive: false },
        ],
        tilePx: 128,
      },
      (prompt) => {
        asked.push(prompt)
        return Promise.resolve(lineAnswer(prompt, 3))
      },
      job(),
    )
    expect(asked.length).toBeGreaterThan(0)
    for (const { x, y, width, height } of asked) {
      expect(x).toBeLessThan(60)
      expect(x + width).toBeGreaterThan(60)
      expect(y).toBeLessThan(400)
      expect(y + height).toBeGreaterThan(400)
    }
  })

  test('stops between tiles', async () => {
    const controller = new AbortController()
    const coarse = lineAnswer(BOX, 3)
    let asked = 0
    const looking = detailAnswer(
      { coarse, suspicion: coarse.candidates[0]!.logits.map(sigmoid), boxPx: BOX, clicks: [], tilePx: 128 },
      (prompt) => {
        asked++
        controller.abort()
        return Promise.resolve(lineAnswer(prompt, 3))
      },
      { ...job(), signal: controller.signal },
    )
    await expect(looking).rejects.toMatchObject({ name: 'AbortError' })
    expect(asked).toBe(1)
  })

  test('a box of 12,000 px asks for no more than 49 tiles and stays small', async () => {
    const box = { x: 0, y: 0, width: 12_000, height: 9_000 }
    const coarse = lineAnswer(box, 300)
    let asked = 0
    const { frame } = await detailAnswer(
      { coarse, suspicion: new Float32Array(128 * 128).fill(1), boxPx: box, clicks: [], tilePx: 128 },
      (prompt) => {
        asked++
        return Promise.resolve(lineAnswer(prompt, 300))
      },
      job(),
    )
    expect(asked).toBeGreaterThan(20)
    expect(asked).toBeLessThanOrEqual(49)
    expect(frame.columns * frame.rows).toBeLessThan(500_000)
  })
})
