import { expect, test } from 'vitest'
import { degradeMasks, runsOfColumns, withoutSome } from './degradeMasks.mjs'

const SIDE = 60

/** A square of the given side at (10, 10), column-major. */
function square(id, side) {
  const columns = new Uint8Array(SIDE * SIDE)
  for (let x = 10; x < 10 + side; x++) columns.fill(1, x * SIDE + 10, x * SIDE + 10 + side)
  return { id, width: SIDE, height: SIDE, columns }
}

const area = (columns) => columns.reduce((sum, value) => sum + value, 0)
const many = Array.from({ length: 400 }, (_, id) => square(id, id % 2 === 0 ? 12 : 30))
const worse = degradeMasks(many, 0)

test('about three tenths of the components below the median area are dropped, and none of the others', () => {
  const dropped = many.filter(({ id }) => !worse.has(id)).map(({ id }) => id % 2)
  expect(dropped.filter((kind) => kind === 1)).toHaveLength(0)
  expect(dropped.length / 200).toBeGreaterThan(0.2)
  expect(dropped.length / 200).toBeLessThan(0.4)
})

test('what is left is eroded by one or two pixels, or has a leak outside of the true mask', () => {
  const leaks = [...worse].filter(([id, columns]) =>
    columns.some((value, p) => value === 1 && many[id].columns[p] === 0),
  )
  expect(leaks.length / worse.size).toBeGreaterThan(0.2)
  expect(leaks.length / worse.size).toBeLessThan(0.4)
  const leaking = new Set(leaks.map(([id]) => id))
  for (const [id, columns] of worse) {
    const side = id % 2 === 0 ? 12 : 30
    const eroded = [(side - 2) ** 2, (side - 4) ** 2]
    expect(leaking.has(id) || eroded.includes(area(columns))).toBe(true)
  }
})

test('a thin component is not eroded below three tenths of its area', () => {
  const thin = Array.from({ length: 50 }, (_, id) => square(id, 2))
  for (const columns of degradeMasks(thin, 1).values()) expect(area(columns)).toBeGreaterThanOrEqual(4)
})

test('equal seeds give equal noise', () => {
  const areas = (masks) => [...masks].map(([id, columns]) => [id, area(columns)])
  expect(areas(degradeMasks(many, 0))).toEqual(areas(worse))
  expect(areas(degradeMasks(many, 1))).not.toEqual(areas(worse))
})

test('exactly two fifths of the components are missing', () => {
  const ids = Array.from({ length: 50 }, (_, id) => id)
  const left = withoutSome(ids, 0)
  expect(left.size).toBe(30)
  expect(ids.some((id) => !left.has(id))).toBe(true)
})

test('runs begin with zeros and cover every pixel', () => {
  expect(runsOfColumns(Uint8Array.of(1, 1, 0, 1))).toEqual([0, 2, 1, 1])
  expect(runsOfColumns(Uint8Array.of(0, 0, 1))).toEqual([2, 1])
})
