import { describe, expect, test } from 'vitest'
import { boundaryF, clickInError, iouOfPlaced, moved } from './maskScores.mjs'

const placed = (x, y, ...rows) => ({
  boundsPx: { x, y, width: rows[0].length, height: rows.length },
  mask: {
    width: rows[0].length,
    height: rows.length,
    data: Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
  },
})

describe('IoU of patches', () => {
  test('counts in image coordinates, whatever the patches', () => {
    const a = placed(10, 5, '##', '##')
    const b = placed(11, 5, '##', '##')
    expect(iouOfPlaced(a, b)).toBeCloseTo(2 / 6)
    expect(iouOfPlaced(a, moved(a, { x: 8, y: 4, width: 9, height: 6 }))).toBe(1)
    expect(iouOfPlaced(placed(0, 0, '..'), placed(5, 5, '.'))).toBe(0)
    expect(moved(a, { x: 11, y: 6, width: 2, height: 1 }).mask.data).toEqual(Uint8Array.of(1, 0))
  })
})

describe('boundary F', () => {
  test('is 1 within the tolerance and 0 beyond it', () => {
    const line = placed(0, 0, '#', '#', '#', '#')
    expect(boundaryF(line, placed(2, 0, '#', '#', '#', '#'), 2)).toBe(1)
    expect(boundaryF(line, placed(3, 0, '#', '#', '#', '#'), 2)).toBe(0)
    expect(boundaryF(placed(0, 0, '.'), line, 2)).toBe(0)
  })

  test('is the harmonic mean of both shares', () => {
    // Half of the prediction is near the truth, all of the truth is near the prediction: 2 * .5 / 1.5.
    const long = placed(0, 0, '##########')
    const short = placed(0, 0, '###')
    expect(boundaryF(long, short, 2)).toBeCloseTo((2 * 0.5) / 1.5)
  })
})

describe('where to click', () => {
  const truth = placed(0, 0, '.....', '.###.', '.###.', '.###.', '.....')
  test('in the middle of what is missing', () => {
    expect(clickInError(placed(0, 0, '.'), truth, true)).toEqual({ x: 2.5, y: 2.5 })
    expect(clickInError(truth, truth, true)).toBeNull()
  })
  test('in the middle of what is too much', () => {
    expect(clickInError(truth, placed(0, 0, '.'), false)).toEqual({ x: 2.5, y: 2.5 })
    expect(clickInError(placed(0, 0, '.'), truth, false)).toBeNull()
  })
})
