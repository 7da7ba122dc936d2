import { describe, expect, test } from 'vitest'
import { IGNORE } from '../core/raster'
import { correctTarget } from './selfCorrection'

/** Softmax of logits given by channel, (C, pixels). */
function softmax(channels: readonly (readonly number[])[]): Float32Array {
  const pixels = channels[0]!.length
  const out = new Float32Array(channels.length * pixels)
  for (let p = 0; p < pixels; p++) {
    const exps = channels.map((channel) => Math.exp(channel[p]!))
    const sum = exps.reduce((a, b) => a + b)
    exps.forEach((e, k) => {
      out[k * pixels + p] = e / sum
    })
  }
  return out
}
const map = (...data: number[]) => ({ width: data.length, height: 1, data: Uint8Array.from(data) })
const rule = { threshold: 0.9, cap: 1 }

describe('correctTarget', () => {
  test('vector T1 of boxes2pixels.md: only the sure background pixel changes', () => {
    const p = softmax([
      [4, 0, 0.2, 3],
      [0, 5, 0.1, 0],
      [0, 0, 0.3, 0],
    ])
    // Pixel 1 is class 1 with .987; pixel 2 is unsure; pixel 3 is a defect that says background with .909.
    const corrected = correctTarget(p, map(0, 0, 0, 1), null, rule)
    expect([...corrected.target.data]).toEqual([0, 1, 0, 1])
    expect(corrected.changedPixels).toBe(1)
  })

  // Background 0.05, class 1 0.95 everywhere.
  const sure = Float32Array.of(0.05, 0.05, 0.05, 0.05, 0.95, 0.95, 0.95, 0.95)

  test('ignored and barred pixels stay', () => {
    const corrected = correctTarget(sure, map(0, IGNORE, 0, 0), Uint8Array.of(0, 0, 1, 0), rule)
    expect([...corrected.target.data]).toEqual([1, IGNORE, 0, 1])
  })

  test('a probability equal to the threshold is not above it', () => {
    const p = Float32Array.of(0.1, 0.9)
    expect(correctTarget(p, map(0), null, rule).changedPixels).toBe(0)
  })

  test('an image that would lose more background than the cap keeps its label', () => {
    // Two of three background pixels would change: 0.667 of the background.
    const target = map(0, 0, 0, 1)
    const barred = Uint8Array.of(0, 0, 1, 0)
    expect(correctTarget(sure, target, barred, { threshold: 0.9, cap: 0.6 })).toEqual({
      target,
      changedPixels: 0,
      isCapped: true,
    })
    expect(correctTarget(sure, target, barred, { threshold: 0.9, cap: 0.7 }).changedPixels).toBe(2)
  })
})
