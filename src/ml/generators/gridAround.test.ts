import { expect, test } from 'vitest'
import { answerAround } from './gridAround'
import type { CropAnswer } from './generator'

/** Logits that say where they are: x + 1000 y of the cell's centre in image pixels. */
function answerOf(columns: number, rows: number, widthPx: number, heightPx: number): CropAnswer {
  const logits = Float32Array.from({ length: columns * rows }, (_, p) => {
    const x = (((p % columns) + 0.5) * widthPx) / columns
    const y = ((Math.floor(p / columns) + 0.5) * heightPx) / rows
    return x + 1000 * y
  })
  return {
    frame: { originPx: { x: 0, y: 0 }, widthPx, heightPx, columns, rows },
    candidates: [{ logits, predictedIou: 0.6, feedback: logits }],
    calibration: {
      networkWeight: 1,
      otsuWeight: 0,
      blurPx: 0,
      keepInsideBoxDilated: 0.1,
      iouExponent: 0,
      sparseFill: 0,
      sparseThreshold: 0.5,
    },
  }
}

/** Every cell of the result still says where it is. */
function expectTrue({ frame, candidates }: CropAnswer): void {
  const { logits } = candidates[0]!
  for (let v = 0; v < frame.rows; v++) {
    for (let u = 0; u < frame.columns; u++) {
      const x = frame.originPx.x + ((u + 0.5) * frame.widthPx) / frame.columns
      const y = frame.originPx.y + ((v + 0.5) * frame.heightPx) / frame.rows
      expect(Math.abs(logits[v * frame.columns + u]! - x - 1000 * y)).toBeLessThan(0.5)
    }
  }
}

test('only the cells around the box remain, each where it was', () => {
  const cut = answerAround(answerOf(1024, 768, 2048, 1536), { x: 400, y: 300, width: 50, height: 20 })
  // 1.6 * 50 px are 40 cells of 2 px.
  expect([cut.frame.columns, cut.frame.rows]).toEqual([41, 40])
  expect(cut.frame.originPx).toEqual({ x: 384, y: 270 })
  expectTrue(cut)
  expect(cut.candidates[0]!.feedback.length).toBe(1024 * 768)
  expect(cut.candidates[0]!.predictedIou).toBe(0.6)
})

test('a box as large as the picture is averaged to 256 cells', () => {
  const cut = answerAround(answerOf(1024, 700, 1024, 700), { x: 0, y: 0, width: 1024, height: 700 })
  expect([cut.frame.columns, cut.frame.rows]).toEqual([256, 175])
  expectTrue(cut)
})

test('an answer that is small enough stays as it is', () => {
  const answer = answerOf(64, 64, 80, 80)
  expect(answerAround(answer, { x: 0, y: 0, width: 80, height: 80 })).toEqual(answer)
})

test('a strip of a few rows keeps at least one', () => {
  const cut = answerAround(answerOf(1000, 2, 5000, 10), { x: 0, y: 0, width: 5000, height: 10 })
  expect([cut.frame.columns, cut.frame.rows]).toEqual([250, 1])
  expect(cut.candidates[0]!.logits.every(Number.isFinite)).toBe(true)
})
