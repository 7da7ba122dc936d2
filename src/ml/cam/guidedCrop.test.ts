import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { guidedBox } from './guidedBox'
import { sampleFreeCrop, sampleGuidedCrop } from './guidedCrop'
import { sampleBeta } from './sampleBeta'
import { zoomRect } from './zoomRect'

describe('guidedBox', () => {
  test('is tight around everything from the threshold on, and knows the peak: methods T3', () => {
    const heat = Float32Array.of(0, 0.05, 0, 0, 0, 0.2, 0.6, 0, 0, 0.15, 1, 0.3, 0, 0, 0.05, 0)
    // Rows .25 to .75, columns .25 to 1; the 1 stands in row 2, column 2.
    expect(guidedBox({ width: 4, height: 4, data: heat }, 0.1)).toEqual({
      box: { x: 0.25, y: 0.25, width: 0.75, height: 0.5 },
      peak: { x: 0.625, y: 0.625 },
    })
  })

  test('a constant map points nowhere', () => {
    expect(guidedBox({ width: 2, height: 1, data: Float32Array.of(3, 3) }, 0.1)).toBeNull()
  })
})

describe('guided crops', () => {
  const box = { x: 0.7, y: 0.1, width: 0.3, height: 0.2 }
  const peak = { x: 0.95, y: 0.2 }

  test('lie in the picture, contain the peak, and cover .15 to .6 of it', () => {
    const random = createRandom(1)
    for (let i = 0; i < 500; i++) {
      const crop = sampleGuidedCrop(box, peak, random)
      if (crop === null) continue
      const { x, y, width, height } = crop
      expect(x >= 0 && y >= 0 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9).toBe(true)
      expect(peak.x >= x && peak.x <= x + width && peak.y >= y && peak.y <= y + height).toBe(true)
      expect(width * height).toBeGreaterThanOrEqual(0.15 - 1e-9)
      expect(width * height).toBeLessThanOrEqual(0.6 + 1e-9)
      expect(width / height).toBeGreaterThanOrEqual(0.75 - 1e-9)
      expect(width / height).toBeLessThanOrEqual(1.333 + 1e-9)
    }
  })

  test('a peak that no centre in the box can reach gives the whole picture', () => {
    const corner = { x: 0.9, y: 0.9, width: 0.1, height: 0.1 }
    expect(sampleGuidedCrop(corner, { x: 0.01, y: 0.01 }, createRandom(1))).toBeNull()
  })

  test('free crops have the mean area of guided ones, so that size tells nothing', () => {
    const random = createRandom(2)
    const areas = Array.from({ length: 4000 }, () => sampleFreeCrop(random)).map((c) => c.width * c.height)
    const guided = Array.from({ length: 4000 }, () => sampleGuidedCrop(box, peak, random))
      .filter((crop) => crop !== null)
      .map((c) => c.width * c.height)
    const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length
    // U(.15, .6): mean .375, standard error of 4000 samples .13 / 63 = .002.
    expect(Math.abs(mean(areas) - 0.375)).toBeLessThan(0.01)
    expect(Math.abs(mean(guided) - mean(areas))).toBeLessThan(0.02)
  })
})

test('Beta(.6, .6) has mean 1/2 and variance ab / ((a+b)^2 (a+b+1)) = .1136', () => {
  const random = createRandom(3)
  const samples = Array.from({ length: 20_000 }, () => sampleBeta(0.6, 0.6, random))
  const mean = samples.reduce((sum, v) => sum + v, 0) / samples.length
  const variance = samples.reduce((sum, v) => sum + (v - mean) ** 2, 0) / samples.length
  expect(mean).toBeCloseTo(0.5, 2)
  expect(variance).toBeCloseTo(0.36 / (1.44 * 2.2), 2)
})

test('a second look grows the box by half and stays in the picture', () => {
  const grown = zoomRect({ x: 0.4, y: 0, width: 0.2, height: 0.4 })
  // Margins .05 and .1; above there is no picture.
  expect(grown.x).toBeCloseTo(0.35, 12)
  expect(grown.y).toBe(0)
  expect(grown.width).toBeCloseTo(0.3, 12)
  expect(grown.height).toBeCloseTo(0.5, 12)
})
