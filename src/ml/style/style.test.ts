import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BinaryMask } from '../../core/raster'
import type { GeneratedMask } from '../generators/generator'
import { thresholded } from '../generators/maskOfCandidate'
import { overlapOf } from '../metrics/iou'
import { areaOf, answerOf, hill } from './__fakes__/fakeAnswers'
import type { ClassStyle, StyleBase } from './classStyle'
import { createGrowth, grownMask } from './drawnMask'
import { applyStyle, estimateStyle, type StyleExample } from './index'

const styleOf = (base: StyleBase, dilationCells = 0): ClassStyle => ({ base, dilationCells, fromMasks: 5 })
const relative = (shift: number): StyleBase => ({ kind: 'relative', shift })

const iou = (a: BinaryMask, b: BinaryMask): number => {
  const { intersectionPx, unionPx } = overlapOf(a, b)
  return intersectionPx / unionPx
}

/** Hills of different sizes, as boxes of one class differ. */
const hills = (count: number) =>
  Array.from({ length: count }, (_, i) => hill(60 + 7 * i, 56 + 5 * i, 14 + 2 * i, 3 + 0.4 * i))

/** Examples whose accepted masks were drawn with a known style. */
function drawnWith(style: ClassStyle, count: number): StyleExample[] {
  return hills(count).map((scores) => {
    const answer = answerOf(scores, 0.5)
    return { ...answer, mask: applyStyle(answer.made, style, answer.boxPx).made.mask }
  })
}

const meanIou = (examples: readonly StyleExample[], style: ClassStyle | null): number => {
  const each = examples.map(({ made, boxPx, mask }) =>
    iou(style === null ? made.mask : applyStyle(made, style, boxPx).made.mask, mask),
  )
  return each.reduce((sum, value) => sum + value, 0) / each.length
}

describe('applyStyle', () => {
  test('the generator’s own style changes nothing, not even the object', () => {
    const { made, boxPx } = answerOf(hill(60, 60, 18, 4), 0.5)
    const { made: same, drawn } = applyStyle(made, styleOf(relative(0)), boxPx)
    expect(same).toBe(made)
    expect(drawn).toBeNull()
  })

  test('a lower threshold and growth say what they were, in the words of provenance', () => {
    const { made, boxPx } = answerOf(hill(80, 80, 18, 4), 0.5)
    const { made: styled, drawn } = applyStyle(made, styleOf(relative(-0.2), 3), boxPx)
    // A cell is an eightieth of the box: here a pixel.
    expect(drawn).toEqual({ threshold: 0.3, dilationPx: 3, fromMasks: 5, reading: null })
    expect(areaOf(styled.mask)).toBeGreaterThan(areaOf(made.mask))
    // The hill falls to 0.3 at 18 + 4 ln(0.7 / 0.3) = 21.4 px; 3 px more make 24.4.
    expect(Math.sqrt(areaOf(styled.mask) / Math.PI)).toBeCloseTo(24.4, 0)
    expect(styled.scores.predictedIou).toBe(0.7)
    expect(styled.scores.tightness).toBeCloseTo((49 / 80) ** 2, 1)
    expect(styled.scores.stability).toBeLessThan(1)
  })

  test('another reading of the answer is taken where there is one', () => {
    const filled = { width: 40, height: 40, data: new Uint8Array(1600).fill(1) }
    const style = styleOf({ kind: 'reading', reading: 'box' })
    const { made, boxPx } = answerOf(hill(40, 40, 10, 2), 0.5, [{ kind: 'box', mask: filled }])
    const styled = applyStyle(made, style, boxPx)
    expect(areaOf(styled.made.mask)).toBe(1600)
    expect(styled.drawn).toMatchObject({ reading: 'box', threshold: null })
    expect(applyStyle({ ...made, readings: [] }, style, boxPx).drawn).toBeNull()
  })

  test('without evidence only the growth applies', () => {
    const { made, boxPx } = answerOf(hill(80, 80, 18, 4), 0.5)
    const blind: GeneratedMask = { ...made, evidence: null }
    expect(applyStyle(blind, styleOf(relative(-0.2)), boxPx).drawn).toBeNull()
    const { drawn, made: grown } = applyStyle(blind, styleOf(relative(0), 2), boxPx)
    expect(drawn).toMatchObject({ threshold: null, dilationPx: 2 })
    expect(areaOf(grown.mask)).toBeGreaterThan(areaOf(made.mask))
  })

  test('a box without a mask stays without, and a style that would erase a mask is not applied', () => {
    const { made, boxPx } = answerOf(hill(80, 80, 4, 1), 0.5)
    expect(applyStyle({ ...made, isUnresolved: true }, styleOf(relative(-0.3)), boxPx).drawn).toBeNull()
    expect(applyStyle(made, styleOf(relative(0), -6), boxPx)).toEqual({ made, drawn: null })
  })

  test('lower thresholds and larger discs never lose a pixel', () => {
    expect.hasAssertions()
    const bits = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 99, maxLength: 99 })
    const step = fc.double({ min: -4, max: 4, noNaN: true })
    fc.assert(
      fc.property(
        bits,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        step,
        step,
        (values, t1, t2, d1, d2) => {
          const scores = { width: 11, height: 9, data: Float32Array.from(values) }
          const small = grownMask(thresholded(scores, Math.max(t1, t2)), Math.min(d1, d2))
          const large = grownMask(thresholded(scores, Math.min(t1, t2)), Math.max(d1, d2))
          expect(small.data.every((bit, p) => bit <= large.data[p]!)).toBe(true)
        },
      ),
    )
  })
})

describe('growth by a disc', () => {
  test('takes exactly the pixel centres within reach', () => {
    const dot = { width: 9, height: 9, data: new Uint8Array(81) }
    dot.data[4 * 9 + 4] = 1
    const grow = createGrowth(dot)
    expect(areaOf(grow(0.9))).toBe(1)
    expect(areaOf(grow(1))).toBe(5)
    expect(areaOf(grow(1.5))).toBe(9)
    expect(areaOf(grow(2))).toBe(13)
    expect(areaOf(grow(-1))).toBe(0)
    const square = {
      width: 9,
      height: 9,
      data: new Uint8Array(81).map((_, p) => (p % 9 > 1 && p % 9 < 7 ? 1 : 0)),
    }
    // A band of 5 columns from edge to edge loses one column a side; the border does not erode.
    expect(areaOf(createGrowth(square)(-1))).toBe(27)
  })
})

describe('estimateStyle', () => {
  test('learns nothing from two masks, from empty ones, or from masks that the generator made', () => {
    const examples = drawnWith(styleOf(relative(-0.3)), 5)
    expect(estimateStyle(examples.slice(0, 2))).toBeNull()
    const empty = examples.map((one) => ({ ...one, mask: { ...one.mask, data: one.mask.data.map(() => 0) } }))
    expect(estimateStyle(empty)).toBeNull()
    expect(estimateStyle(examples.map((one) => ({ ...one, mask: one.made.mask })))).toBeNull()
  })

  test.each([-0.4, -0.3, -0.2, 0.2, 0.3])('finds a threshold moved by %d again', (shift) => {
    const style = estimateStyle(drawnWith(styleOf(relative(shift)), 5))
    expect(style).toMatchObject({ fromMasks: 5, dilationCells: 0 })
    // 0.5 + shift is also an absolute threshold, since all of these were cut at 0.5.
    expect(style!.base.kind === 'relative' && style!.base.shift).toBeCloseTo(shift)
  })

  test('finds growth again: new masks come out as that person draws them', () => {
    const truth = styleOf(relative(0), 4.5)
    const examples = drawnWith(truth, 8)
    const style = estimateStyle(examples.slice(0, 5))!
    const fresh = examples.slice(5)
    expect(meanIou(fresh, null)).toBeLessThan(0.75)
    expect(meanIou(fresh, style)).toBeGreaterThan(0.93)
  })

  test('finds that a class is drawn as its box', () => {
    const examples = hills(4).map((scores) => {
      const filled = { ...scores, data: new Uint8Array(scores.data.length).fill(1) }
      return { ...answerOf(scores, 0.5, [{ kind: 'box', mask: filled }]), mask: filled }
    })
    expect(estimateStyle(examples)?.base).toEqual({ kind: 'reading', reading: 'box' })
  })

  test('the latest ten masks count', () => {
    const early = drawnWith(styleOf(relative(0.3)), 10)
    const late = drawnWith(styleOf(relative(-0.3)), 10)
    expect(estimateStyle([...early, ...late])).toEqual(estimateStyle(late))
    expect(estimateStyle([...early, ...late])?.fromMasks).toBe(10)
  })

  test('an answer whose mask was drawn anew is learned anew', () => {
    const examples = drawnWith(styleOf(relative(-0.3)), 4)
    const first = estimateStyle(examples)
    const redrawn = examples.map((one) => ({ ...one, mask: { ...one.made.mask } }))
    expect(estimateStyle(redrawn)).toBeNull()
    expect(estimateStyle(examples)).toEqual(first)
  })

  test('one odd mask among five is no habit', () => {
    const examples = drawnWith(styleOf(relative(0)), 5)
    const odd = drawnWith(styleOf(relative(-0.4)), 5)
    expect(estimateStyle([...examples.slice(0, 4), odd[4]!])).toBeNull()
  })

  test('never makes its own examples worse, whatever they are', () => {
    expect.hasAssertions()
    const example = fc
      .record({
        width: fc.integer({ min: 5, max: 30 }),
        height: fc.integer({ min: 5, max: 30 }),
        radius: fc.double({ min: 1, max: 12, noNaN: true }),
        softness: fc.double({ min: 0.3, max: 4, noNaN: true }),
        threshold: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        drawn: fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        growth: fc.integer({ min: -2, max: 3 }),
      })
      .map(({ width, height, radius, softness, threshold, drawn, growth }): StyleExample => {
        const scores = hill(width, height, radius, softness)
        return { ...answerOf(scores, threshold), mask: grownMask(thresholded(scores, drawn), growth) }
      })
      .filter(({ made, mask }) => areaOf(made.mask) > 0 && areaOf(mask) > 0)
    fc.assert(
      fc.property(fc.array(example, { minLength: 3, maxLength: 6 }), (examples) => {
        const style = estimateStyle(examples)
        expect(meanIou(examples, style)).toBeGreaterThanOrEqual(meanIou(examples, null))
      }),
      { numRuns: 40 },
    )
  })

  test('large patches are compared at fewer pixels and give the same style', () => {
    const large = [300, 340, 380].map((side) => {
      const answer = answerOf(hill(side, side, side / 4, side / 20), 0.5)
      const mask = applyStyle(answer.made, styleOf(relative(-0.3)), answer.boxPx).made.mask
      return { ...answer, mask }
    })
    expect(estimateStyle(large)?.base).toMatchObject({ kind: 'relative' })
    expect(meanIou(large, estimateStyle(large))).toBeGreaterThan(0.98)
  })
})
