import { expect, test } from 'vitest'
import { evaluationText, issueText, summaryText } from './reportText.mjs'

test('a finding names its place and what helps', () => {
  const issue = {
    severity: 'error',
    path: 'annotations[3].bbox',
    message: 'has 3 numbers.',
    remedy: 'Write x, y, width, height.',
  }
  expect(issueText(issue)).toBe('error: annotations[3].bbox: has 3 numbers. Write x, y, width, height.')
  expect(issueText({ ...issue, remedy: null })).toBe('error: annotations[3].bbox: has 3 numbers.')
})

test('a summary is aligned, whole numbers stay whole', () => {
  expect(summaryText({ boxes: 12, seconds: 1.239 })).toBe('boxes    12\nseconds  1.24')
})

test('a number without truth is n/a, not zero', () => {
  const none = {
    ap: null,
    ap50: null,
    ap75: null,
    apSmall: null,
    apMedium: null,
    apLarge: null,
    ar1: null,
    ar10: null,
    ar100: null,
  }
  const report = {
    imageCount: 2,
    classes: [{ id: 1, name: 'crack' }],
    coco: { ...none, ap: 0.5, apPerClass: [0.5] },
    iouPerClass: [0.99, 0.25],
    miou: 0.62,
    anomalyMiou: 0.25,
    binary: { iou: 0.25, f1: 0.4, recall: 0.5, precision: null },
    imageApStep: null,
    imageAuroc: null,
    falseAlarmRate: null,
    notes: ['1 annotation skipped'],
  }
  const text = evaluationText(report)
  expect(text).toContain('binary precision              n/a\n')
  expect(text).toContain('class crack                   IoU 0.2500, AP 0.5000')
  expect(text.endsWith('note: 1 annotation skipped')).toBe(true)
})
