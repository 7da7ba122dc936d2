import { describe, expect, it } from 'vitest'
import { assignIds } from './assignIds'

describe('assignIds', () => {
  it.each([
    [[null, null], 1, [1, 2]],
    [['7', null, '3', null], 1, [7, 8, 3, 9]],
    [['5', '5#2', '5'], 1, [5, 6, 7]],
    [['0', '1'], 1, [2, 1]],
    [['0', '1'], 0, [0, 1]],
    [['12345678901234567890', 'new-3', '2'], 1, [3, 4, 2]],
    [['-4', '90'], -Infinity, [-4, 90]],
    [[], 1, []],
  ])('%j from %d on gives %j', (original, minimum, ids) => {
    expect(assignIds(original, minimum)).toEqual(ids)
  })
})
