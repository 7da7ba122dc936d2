import { describe, expect, test } from 'vitest'
import { maskFromRows, rowsOf } from '../raster/__fixtures__/golden'
import { widePieces } from './widePieces'

describe('pieces of a mask by their width', () => {
  const mask = maskFromRows([
    '111000000000',
    '111001111111',
    '111000000000',
    '000000000000',
    '000001100000',
    '000001100000',
  ])

  test('a square of three is three wide, a line one, a square of two between', () => {
    expect(rowsOf(widePieces(mask, 1))).toEqual(rowsOf(mask))
    const square = ['111000000000', '111000000000', '111000000000', ...Array<string>(3).fill('0'.repeat(12))]
    expect(rowsOf(widePieces(mask, 3))).toEqual(square)
  })

  test('the border of the picture makes no piece narrower, and a full picture is wide', () => {
    expect(rowsOf(widePieces(mask, 5)).join('')).toContain('1')
    expect(rowsOf(widePieces(maskFromRows(['11', '11']), 100))).toEqual(['11', '11'])
  })

  test('a thin line stays thin, however long; nothing comes of nothing', () => {
    const line = maskFromRows(['0'.repeat(40), '1'.repeat(40), '0'.repeat(40)])
    expect(widePieces(line, 2).data.includes(1)).toBe(false)
    expect(widePieces(maskFromRows(['000', '000']), 1).data.includes(1)).toBe(false)
  })
})
