import { expect, test } from 'vitest'
import type { EvaluationReport } from '../../app/evaluation'
import { idOf } from '../../domain/records'
import { comparisonBlocker, comparisonKey, withComparison, type Comparison } from './comparison'

const run = idOf('run', '1')
const column = (key: string, version: number): Comparison => ({
  key,
  name: key,
  choice: { runId: null, against: 'truth', split: 'all' },
  report: {} as EvaluationReport, // not read here
  version,
})

test('evaluating the same again replaces its column in place', () => {
  const held = withComparison([column('a', 1), column('b', 1)], column('a', 2))
  expect(held.map((each) => [each.key, each.version])).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})

test('the oldest column goes when a fifth comes', () => {
  let held: readonly Comparison[] = []
  for (const key of ['a', 'b', 'c', 'd', 'e']) held = withComparison(held, column(key, 1))
  expect(held.map((each) => each.key)).toEqual(['b', 'c', 'd', 'e'])
})

test('choices that differ in anything have different keys', () => {
  const keys = [
    comparisonKey({ runId: null, against: 'truth', split: 'all' }),
    comparisonKey({ runId: run, against: 'truth', split: 'all' }),
    comparisonKey({ runId: run, against: 'reviewed', split: 'all' }),
    comparisonKey({ runId: run, against: 'reviewed', split: 'test' }),
  ]
  expect(new Set(keys).size).toBe(4)
})

test('reviewed masks are never compared with themselves', () => {
  const options = { hasTruth: true, reviewedImages: 9, runs: [run] }
  expect(comparisonBlocker({ runId: null, against: 'reviewed', split: 'all' }, options)).not.toBeNull()
  expect(comparisonBlocker({ runId: run, against: 'reviewed', split: 'all' }, options)).toBeNull()
})

test('what is missing is named', () => {
  const nothing = { hasTruth: false, reviewedImages: 0, runs: [] }
  expect(comparisonBlocker({ runId: run, against: 'truth', split: 'all' }, nothing)).toContain('no truth')
  expect(comparisonBlocker({ runId: run, against: 'reviewed', split: 'all' }, nothing)).toContain(
    'reviewed yet',
  )
  expect(comparisonBlocker({ runId: null, against: 'reviewed', split: 'all' }, nothing)).toContain('Train a')
})
