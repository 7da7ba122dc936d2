import { describe, expect, test } from 'vitest'
import { cleanUpMask, isUnresolvedMask } from './cleanUp'

const maskOf = (...rows: string[]) => ({
  width: rows[0]!.length,
  height: rows.length,
  data: Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
})

describe('cleanUpMask', () => {
  test('removes islands below 4 px and keeps the defect', () => {
    const cleaned = cleanUpMask(maskOf('##...', '##..#', '.....'))
    expect(cleaned).toEqual(maskOf('##...', '##...', '.....'))
  })

  test('keeps a mask that is nothing but a speck', () => {
    expect(cleanUpMask(maskOf('#..', '...'))).toEqual(maskOf('#..', '...'))
  })

  test('fills a pinhole below 1 % of the mask, not a real hole', () => {
    const big = { width: 20, height: 20, data: new Uint8Array(400).fill(1) }
    big.data[10 * 20 + 10] = 0
    expect(cleanUpMask(big).data.includes(0)).toBe(false)
    const ring = maskOf('###', '#.#', '###')
    expect(cleanUpMask(ring)).toEqual(ring)
  })
})

describe('isUnresolvedMask', () => {
  test('nothing, or less than 1 % of the box', () => {
    const box = { x: 0, y: 0, width: 20, height: 20 }
    // 1 % of 400 is 4 px.
    expect(isUnresolvedMask(maskOf('...'), box)).toBe(true)
    expect(isUnresolvedMask(maskOf('###.'), box)).toBe(true)
    expect(isUnresolvedMask(maskOf('####'), box)).toBe(false)
  })
})
