import { expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { tinyView } from './__fixtures__/tinyViews'
import { balancedBatches } from './balancedBatches'
import { positiveWeights } from './positiveWeights'

const views = (count: number, isDefective: boolean) =>
  Array.from({ length: count }, (_, seed) => tinyView({ presence: [isDefective ? 1 : 0], seed }))
const defective = views(3, true)
const clean = views(20, false)
const none = { crops: [] }

test('every batch is half defective; each picture comes once before any comes twice', () => {
  const batches = balancedBatches(
    { whole: defective, ...none },
    { whole: clean, ...none },
    8,
    5,
    createRandom(1),
  )
  for (const batch of batches) expect(batch.filter(({ presence }) => presence[0] === 1).length).toBe(4)
  const seen = batches.flat().filter(({ presence }) => presence[0] === 0)
  expect(new Set(seen).size).toBe(20)
})

test('crops are every second view of either kind, so that a crop tells of no kind', () => {
  const [cropsOfDefects, cropsOfClean] = [views(2, true), views(2, false)]
  const batches = balancedBatches(
    { whole: defective, crops: cropsOfDefects },
    { whole: clean, crops: cropsOfClean },
    8,
    4,
    createRandom(1),
  )
  for (const batch of batches) {
    expect(batch.filter((view) => cropsOfDefects.includes(view as never)).length).toBe(2)
    expect(batch.filter((view) => cropsOfClean.includes(view as never)).length).toBe(2)
  }
})

test('crops of one kind alone are not shown; a kind that is missing is made up for', () => {
  const [uneven] = balancedBatches(
    { whole: defective, crops: views(2, true) },
    { whole: clean, ...none },
    8,
    1,
    createRandom(1),
  )
  expect(uneven!.every((view) => defective.includes(view as never) || clean.includes(view as never))).toBe(
    true,
  )
  const [alone] = balancedBatches(
    { whole: defective, ...none },
    { whole: [], ...none },
    8,
    1,
    createRandom(1),
  )
  expect(alone!.length).toBe(8)
})

test('positive weights: n_neg / n_pos as the batches show them, 1 to 10', () => {
  const rows = [
    [1, 0, 0],
    [1, 0, 255],
    [1, 1, 255],
    [1, 0, 255],
  ].map((row) => Uint8Array.from(row))
  // Shares of all views: 1/2 of class 0; 1/8 of class 1; nobody knows of class 2.
  expect([...positiveWeights(rows, true, 3)]).toEqual([1, 7, 1])
  const rare = Array.from({ length: 100 }, (_, i) => Uint8Array.of(1, i === 0 ? 1 : 0))
  expect([...positiveWeights(rare, true, 2)]).toEqual([1, 10])
})
