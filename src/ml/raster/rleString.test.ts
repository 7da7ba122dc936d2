import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemWithCounts, readRleString, rleFromString, rleToString } from './rleString'

const code = (...counts: number[]) => ({
  width: counts.reduce((sum, count) => sum + count, 0),
  height: 1,
  counts: Uint32Array.from(counts),
})

describe('compressed text', () => {
  // metrics.md T5.
  it.each([
    [[2, 3, 1, 1, 5], '231N4'],
    [[0, 1, 2, 100, 2, 300], '012S30X6'],
    [[1000, 5, 40, 3], 'Xo05X1N'],
  ])('%j is %s', (counts, text) => {
    expect(rleToString(code(...counts))).toBe(text)
    expect([...rleFromString(text, code(...counts)).counts]).toEqual(counts)
  })

  it('any counts of 32 bits survive', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 20 }), (counts) => {
        expect([...rleFromString(rleToString(code(...counts)), code(...counts)).counts]).toEqual(counts)
      }),
    )
  })

  it.each([
    ['a foreign character', '23 N4', 'character 3 is not part of a compressed run list'],
    ['an end inside a number', '23P', 'the text ends inside a number'],
    ['a number without end', '2ooooooooo', 'number 2 is too long'],
    ['a negative run', '2O', 'run 2 is not a whole number of pixels: -1'],
    ['runs that fill another image', '231N5', 'the runs hold 13 pixels, but height x width is 3 x 4 = 12'],
  ])('%s is named, not guessed', (_name, text, problem) => {
    expect(readRleString(text, { width: 4, height: 3 })).toEqual({ kind: 'problem', problem })
  })

  it('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['counts', 'problem']).toContain(readRleString(text, { width: 5, height: 5 }).kind)
      }),
    )
  })

  it('text of ours that is damaged is a bug', () => {
    expect(() => rleFromString('~~', { width: 1, height: 1 })).toThrow('damaged run-length text')
  })
})

describe('lists of runs', () => {
  it.each([
    [[2.5, 1.5], 'run 1 is not a whole number of pixels: 2.5'],
    [[1, '3'], 'run 2 is not a whole number of pixels: 3'],
    [[1, true], 'run 2 is not a whole number of pixels: true'],
    [[1, 2], 'the runs hold 3 pixels, but height x width is 2 x 2 = 4'],
  ])('%j is refused', (counts, problem) => {
    expect(problemWithCounts(counts, { width: 2, height: 2 })).toBe(problem)
  })

  it('runs that fill the image are fine', () => {
    expect(problemWithCounts([0, 4], { width: 2, height: 2 })).toBeNull()
  })
})
