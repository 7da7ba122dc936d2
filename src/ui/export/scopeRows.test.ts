import { expect, test } from 'vitest'
import type { ExportScope } from '../../domain/exportScope'
import { leftOutRows, outgoingRows, reportSentence } from './scopeRows'

// Only the lengths are read.
const many = (count: number) => Array.from({ length: count }, () => ({}) as never)
const scope: ExportScope = {
  images: many(12),
  masks: many(0),
  boxOnly: many(0),
  ignoreRegions: many(2),
  clean: many(3),
  leftOut: {
    unseen: many(2),
    skipped: many(0),
    unreviewed: many(5),
    drafts: many(0),
    rejected: many(1),
    unsure: [],
  },
}

test('no mask at all is news and stays in the table; no ignore region is not', () => {
  expect(outgoingRows(scope).map((row) => [row.id, row.count])).toEqual([
    ['images', 12],
    ['clean', 3],
    ['masks', 0],
    ['ignore', 2],
  ])
})

test('everything that stays behind has a reason', () => {
  const rows = leftOutRows(scope)
  expect(rows.map((row) => [row.id, row.count])).toEqual([
    ['unseen', 2],
    ['unreviewed', 5],
    ['rejected', 1],
  ])
  expect(rows.every((row) => row.why !== null)).toBe(true)
})

test('the report is one sentence', () => {
  const report = { maskCount: 27, imageCount: 12, cleanCount: 3, boxOnlyCount: 1, leftOutCount: 2 }
  expect(reportSentence(report)).toBe(
    '27 masks on 12 images, 1 box without a mask, 3 confirmed clean, 2 images left out',
  )
  expect(reportSentence({ ...report, maskCount: 1, imageCount: 1, boxOnlyCount: 0, leftOutCount: 0 })).toBe(
    '1 mask on 1 image, 3 confirmed clean',
  )
})
