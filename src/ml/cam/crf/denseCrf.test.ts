import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../core/random'
import type { RgbaImage } from '../../../core/raster'
import type { CrfParams } from '../camParams'
import { denseCrf } from './denseCrf'
import { denseCrfLattice } from './denseCrfLattice'
import { exactKernelMatrix, exactKernelSum } from './exactKernel'
import { gaussianSum } from './gaussianSum'
import { permutohedralSum } from './permutohedral'
import { refineByCrf } from './refineByCrf'

function rgbPicture(
  width: number,
  height: number,
  rgb: (x: number, y: number) => readonly number[],
): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height).fill(255)
  for (let p = 0; p < width * height; p++) {
    for (const [c, value] of rgb(p % width, Math.floor(p / width)).entries()) data[4 * p + c] = value
  }
  return { width, height, data }
}
/** (2, N): background and foreground. */
const twoLabels = (foreground: readonly number[]) =>
  Float32Array.from([...foreground.map((p) => 1 - p), ...foreground])
const STANDARD: CrfParams = {
  smoothWeight: 3,
  smoothPx: 3,
  colourWeight: 10,
  colourPx: 80,
  colourLevels: 13,
  iterations: 10,
}

describe('the exact CRF: methods T6', () => {
  const colours = [
    [10, 10, 10],
    [12, 11, 10],
    [200, 200, 200],
    [205, 200, 198],
  ]
  const image = rgbPicture(4, 1, (x) => colours[x]!)
  const probabilities = twoLabels([0.4, 0.7, 0.6, 0.2])
  const after = (iterations: number) =>
    denseCrf({
      image,
      probabilities,
      classCount: 1,
      params: { ...STANDARD, colourPx: 50, colourLevels: 5, iterations },
    }).subarray(4)

  test('the normalised colour kernel joins look-alikes only', () => {
    const kernel = exactKernelMatrix(image, { px: 50, levels: 5 })
    const norm = [0, 1, 2, 3].map(
      (i) => 1 / Math.sqrt(kernel.subarray(4 * i, 4 * i + 4).reduce((sum, k) => sum + k, 0)),
    )
    const at = (i: number, j: number) => norm[i]! * kernel[4 * i + j]! * norm[j]!
    expect(at(0, 0)).toBeCloseTo(0.525029, 6)
    expect(at(0, 1)).toBeCloseTo(0.474971, 6)
    expect(at(2, 2)).toBeCloseTo(0.641113, 6)
    expect(at(3, 2)).toBeCloseTo(0.358887, 6)
    expect(at(1, 2)).toBeCloseTo(0, 6)
  })

  test.each([
    [1, [0.59844, 0.870484, 0.350656, 0.008783]],
    [2, [0.984996, 0.996062, 0.004649, 0.000095]],
    [5, [0.999958, 0.999984, 0.000058, 0.000007]],
  ])('after %i iterations the lone bright pixel goes with its look-alike', (iterations, expected) => {
    const q = after(iterations)
    for (const [p, value] of expected.entries()) expect(q[p]).toBeCloseTo(value, 6)
  })

  test('without iterations the probabilities come back', () => {
    for (const [p, value] of [0.4, 0.7, 0.6, 0.2].entries()) expect(after(0)[p]).toBeCloseTo(value, 6)
  })
})

/** A lobed spot on a shaded surface, and a map of it that is too wide and lies 2 px off, as activation maps do. */
function spotted(side: number, noise: number, seed: number) {
  const random = createRandom(seed)
  const centre = side * (0.4 + 0.2 * random.next())
  const radius = side * (0.1 + 0.1 * random.next())
  const isSpot = (x: number, y: number) =>
    Math.hypot(x - centre, y - centre) < radius * (1 + 0.3 * Math.sin(3 * Math.atan2(y - centre, x - centre)))
  const image = rgbPicture(side, side, (x, y) =>
    [0, 1, 2].map(() => 130 + (20 * x) / side - (isSpot(x, y) ? 50 : 0) + noise * random.normal()),
  )
  const foreground = Array.from({ length: side * side }, (_, p) => {
    const distance = Math.hypot((p % side) - centre - 2, Math.floor(p / side) - centre + 2)
    const c = 0.9 * Math.exp(-(distance ** 2) / (2 * (1.2 * radius) ** 2))
    return c / (c + (1 - c) ** 4)
  })
  const truth = Array.from({ length: side * side }, (_, p) =>
    isSpot(p % side, Math.floor(p / side)) ? 1 : 0,
  )
  return { image, probabilities: twoLabels(foreground), truth }
}

describe('the CRF on the lattice', () => {
  // Measured over 24 such pictures of 36 x 36: foreground agreement .994 to 1 up to a noise of 12 levels, .954 at 25
  // levels (twice the kernel's own 13), mean |Q difference| .00002 to .008 and .046.
  test.each([
    [0, 80],
    [6, 80],
    [12, 80],
    [0, 6],
    [12, 6],
  ])('follows the exact one: noise %i, colour range %i px', (noise, colourPx) => {
    for (const seed of [1, 2, 3]) {
      const { image, probabilities } = spotted(36, noise, seed)
      const input = { image, probabilities, classCount: 1, params: { ...STANDARD, colourPx } }
      const exact = denseCrf(input).subarray(36 * 36)
      const fast = denseCrfLattice(input).subarray(36 * 36)
      let agreeing = 0
      let difference = 0
      for (let p = 0; p < exact.length; p++) {
        agreeing += exact[p]! > 0.5 === fast[p]! > 0.5 ? 1 : 0
        difference += Math.abs(exact[p]! - fast[p]!)
      }
      expect(agreeing / exact.length).toBeGreaterThanOrEqual(0.97)
      expect(difference / exact.length).toBeLessThan(0.01)
    }
  })

  test('follows the exact one with two classes', () => {
    const side = 24
    const image = rgbPicture(side, side, (x) =>
      x < 8 ? [200, 40, 40] : x < 16 ? [90, 90, 90] : [40, 40, 200],
    )
    const random = createRandom(9)
    const probabilities = new Float32Array(3 * side * side)
    for (let p = 0; p < side * side; p++) {
      const weights = [1, 2, 0].map((offset) => (Math.floor((p % side) / 8) === offset ? 0.5 : 0.25))
      const noisy = [weights[2]! + 0.3, weights[0]!, weights[1]!].map((w) => w * (0.5 + random.next()))
      const sum = noisy.reduce((total, w) => total + w, 0)
      for (const [label, w] of noisy.entries()) probabilities[label * side * side + p] = w / sum
    }
    const input = { image, probabilities, classCount: 2, params: { ...STANDARD, colourPx: 8 } }
    const exact = denseCrf(input)
    const fast = denseCrfLattice(input)
    for (let i = 0; i < exact.length; i++) expect(Math.abs(exact[i]! - fast[i]!)).toBeLessThan(0.1)
  })

  test('a map that is too wide and off shrinks to the spot', () => {
    const { image, probabilities, truth } = spotted(96, 6, 4)
    const plane = 96 * 96
    const wrong = (foreground: Float32Array) =>
      truth.reduce<number>((sum, bit, p) => sum + (foreground[p]! > 0.5 === (bit === 1) ? 0 : 1), 0)
    const params = { ...STANDARD, colourPx: 15 }
    const refined = refineByCrf({ image, probabilities, classCount: 1, params })
    expect(wrong(probabilities.subarray(plane))).toBeGreaterThan(200)
    expect(wrong(refined.subarray(plane))).toBeLessThan(20)
    for (let p = 0; p < plane; p++) expect(refined[p]! + refined[plane + p]!).toBeCloseTo(1, 5)
  })
})

describe('sums over Gaussian kernels', () => {
  test('the separable one equals the full matrix but for what lies beyond 3 sigma', () => {
    const image = rgbPicture(30, 20, () => [0, 0, 0])
    const random = createRandom(7)
    const values = Float32Array.from({ length: 600 }, () => random.next())
    const exact = new Float32Array(600)
    const fast = new Float32Array(600)
    exactKernelSum(image, { px: 2, levels: null })(values, exact)
    gaussianSum(image, 2)(values, fast)
    // Two tails of .0027 of the mass, one an axis.
    for (let p = 0; p < 600; p++) expect(Math.abs(fast[p]! / exact[p]! - 1)).toBeLessThan(0.006)
  })

  test('the lattice keeps far clusters apart and treats equal points equally', () => {
    // Two points at 0, one at 20 standard deviations, in three dimensions.
    const sum = permutohedralSum(Float32Array.of(0, 0, 0, 0, 0, 0, 20, 0, 0), 3)
    const out = new Float32Array(3)
    sum(Float32Array.of(1, 2, 5), out)
    expect(out[0]).toBeCloseTo(out[1]!, 5)
    const near = out[0]!
    sum(Float32Array.of(3, 0, 0), out)
    expect(out[0]).toBeCloseTo(near, 5)
    expect(out[2]).toBe(0)
  })

  test('the lattice falls off like a Gaussian: averaged over positions, within .06 of it', () => {
    const random = createRandom(8)
    const ratioAt = (distance: number) => {
      let near = 0
      let far = 0
      for (let i = 0; i < 400; i++) {
        const x = 10 * random.next()
        const y = 10 * random.next()
        const angle = 2 * Math.PI * random.next()
        const out = new Float32Array(2)
        permutohedralSum(
          Float32Array.of(x, y, x + distance * Math.cos(angle), y + distance * Math.sin(angle)),
          2,
        )(Float32Array.of(1, 0), out)
        near += out[0]!
        far += out[1]!
      }
      return far / near
    }
    for (const distance of [0.5, 1, 2]) {
      expect(Math.abs(ratioAt(distance) - Math.exp(-(distance ** 2) / 2))).toBeLessThan(0.06)
    }
  })
})
