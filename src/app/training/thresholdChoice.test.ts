import { expect, test } from 'vitest'
import { operatingPoint } from '../../ml/metrics/operatingPoints'
import { addScores, createScoreHistogram } from '../../ml/metrics/ranking'
import { THRESHOLD_STOPS, thresholdChoice } from './thresholdChoice'

/** 60 true pixels at .9, 40 false ones at .605: IoU .6 up to .60, 1 from .61 to .90 (.9 lies in bin 921 of 921.6). */
function pointsOfAHalo() {
  const histogram = createScoreHistogram()
  const labels = Uint8Array.from({ length: 100 }, (_, p) => (p < 60 ? 1 : 0))
  addScores(
    histogram,
    labels,
    Float32Array.from(labels, (label) => (label === 1 ? 0.9 : 0.605)),
  )
  return THRESHOLD_STOPS.map((threshold) => operatingPoint(histogram, threshold))
}

test('the slider has 91 stops of a hundredth from .05 to .95', () => {
  expect(THRESHOLD_STOPS).toHaveLength(91)
  expect(THRESHOLD_STOPS[0]).toBe(0.05)
  expect(THRESHOLD_STOPS[45]).toBe(0.5)
  expect(THRESHOLD_STOPS.at(-1)).toBe(0.95)
})

test('with 19 independent images the threshold stays at one half, and one is missing', () => {
  expect(thresholdChoice(19, pointsOfAHalo())).toEqual({ threshold: 0.5, by: 'default', missing: 1 })
})

test('the twentieth sets it to the best IoU', () => {
  expect(thresholdChoice(20, pointsOfAHalo())).toEqual({ threshold: 0.61, by: 'reviews', missing: 0 })
})

test('a best threshold near 0 is not believed: the reviewed images are of another kind, then', () => {
  // Half of the true pixels lie at .07, half at .3: IoU 1 up to .07, one half from there to .30.
  const histogram = createScoreHistogram()
  addScores(histogram, new Uint8Array(100).fill(1), new Float32Array(100).fill(0.3).fill(0.07, 50))
  const points = THRESHOLD_STOPS.map((threshold) => operatingPoint(histogram, threshold))
  expect(thresholdChoice(20, points)).toMatchObject({ by: 'reviews', missing: 0 })
  expect(thresholdChoice(20, points).threshold).toBeGreaterThanOrEqual(0.1)
  expect(thresholdChoice(20, points).threshold).toBeLessThanOrEqual(0.3)
})

test('twenty clean images say nothing about where a defect ends', () => {
  const histogram = createScoreHistogram()
  addScores(histogram, Uint8Array.of(0, 0), Float32Array.of(0.2, 0.7))
  const points = THRESHOLD_STOPS.map((threshold) => operatingPoint(histogram, threshold))
  expect(thresholdChoice(20, points)).toEqual({ threshold: 0.5, by: 'default', missing: 0 })
})
