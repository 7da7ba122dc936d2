import { describe, expect, test } from 'vitest'
import type { MaskPatch } from '../../app/app'
import { differencePatch } from './differencePatch'

/** A patch from rows of `#` and `.`, its top left corner at (x, y). */
function patch(x: number, y: number, rows: readonly string[]): MaskPatch {
  const width = rows[0]!.length
  return {
    boundsPx: { x, y, width, height: rows.length },
    mask: {
      width,
      height: rows.length,
      data: Uint8Array.from(rows.join(''), (char) => (char === '#' ? 1 : 0)),
    },
  }
}

describe('differencePatch', () => {
  test('marks kept, added and removed pixels over the union of both boxes', () => {
    // before covers columns 2..3, after columns 3..4 of row 5: 2 is removed, 3 kept, 4 added.
    const difference = differencePatch(patch(2, 5, ['##']), patch(3, 5, ['##']))
    expect(difference.boundsPx).toEqual({ x: 2, y: 5, width: 3, height: 1 })
    expect([...difference.codes]).toEqual([3, 1, 2])
    expect([difference.removedPx, difference.keptPx, difference.addedPx]).toEqual([1, 1, 1])
  })

  test('the changed box holds the changed pixels alone', () => {
    const difference = differencePatch(patch(0, 0, ['###', '###']), patch(0, 0, ['###', '##.']))
    expect(difference.changedPx).toEqual({ x: 2, y: 1, width: 1, height: 1 })
  })

  test('two equal masks change nothing, and the box falls back to the mask', () => {
    const difference = differencePatch(patch(4, 4, ['.#']), patch(4, 4, ['.#']))
    expect([difference.addedPx, difference.removedPx, difference.keptPx]).toEqual([0, 0, 1])
    expect(difference.changedPx).toEqual({ x: 5, y: 4, width: 1, height: 1 })
  })

  test('without a present mask everything is added; without a proposal everything is removed', () => {
    expect(differencePatch(null, patch(1, 1, ['##'])).addedPx).toBe(2)
    expect(differencePatch(patch(1, 1, ['##']), null).removedPx).toBe(2)
  })

  test('masks that do not touch give a box over both', () => {
    const difference = differencePatch(patch(0, 0, ['#']), patch(3, 2, ['#']))
    expect(difference.boundsPx).toEqual({ x: 0, y: 0, width: 4, height: 3 })
    expect(difference.codes.reduce((sum, code) => sum + (code > 0 ? 1 : 0), 0)).toBe(2)
  })

  test('nothing on both sides has no changed box', () => {
    expect(differencePatch(null, null).changedPx).toBeNull()
  })
})
