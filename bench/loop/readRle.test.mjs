import { expect, test } from 'vitest'
import { readRle } from './readRle.mjs'

test('runs go down the columns: the published example', () => {
  // [[0,1,1,0],[0,1,0,0],[1,0,0,0]]: column 0 is 0,0,1; column 1 is 1,1,0; column 2 is 1,0,0; column 3 is 0,0,0.
  const expected = [0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0]
  expect([...readRle({ size: [3, 4], counts: [2, 3, 1, 1, 5] }).columns]).toEqual(expected)
  expect([...readRle({ size: [3, 4], counts: '231N4' }).columns]).toEqual(expected)
})

test('runs of several groups and differences are read', () => {
  // counts 1000, 5, 40, 3 are 'Xo05X1N' (computed with the reference implementation).
  const { columns } = readRle({ size: [1048, 1], counts: 'Xo05X1N' })
  expect(columns.reduce((sum, value) => sum + value, 0)).toBe(5 + 3)
  expect([columns[999], columns[1000], columns[1004], columns[1005], columns[1045]]).toEqual([0, 1, 1, 0, 1])
})

test('runs that do not fill the image are refused', () => {
  expect(() => readRle({ size: [2, 2], counts: [3] })).toThrow('runs cover 3 pixels, the image has 4')
})
