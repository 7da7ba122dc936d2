import { expect, test } from 'vitest'
import { fakeDecision, fakeImage, fakeMask, fakeRecords } from './__fakes__/fakeRecords'
import { auditOf } from './audit'
import type { Verdict } from './records'

function judged(verdicts: readonly Verdict[], isAudit: boolean) {
  return verdicts.map((verdict, i) =>
    fakeDecision(fakeMask(`m${isAudit}${i}`, fakeImage('i'), null), verdict, { isAudit }),
  )
}

const many = (count: number, verdict: Verdict): Verdict[] => Array.from({ length: count }, () => verdict)

test('59 checked and none wrong prove at most 5 % wrong', () => {
  // 1 - 0.05^(1/59) = 0.0495
  const audit = auditOf(fakeRecords(judged(many(59, 'accepted'), true)))
  expect(audit).toMatchObject({ checked: 59, wrong: 0 })
  expect(audit.atMostWrong).toBeCloseTo(0.0495, 4)
})

test('the limit with one wrong of ten is that of the tables', () => {
  // At p = 0.3942: 0.6058^10 + 10 * 0.3942 * 0.6058^9 = 0.0067 + 0.0433 = 0.0500.
  const audit = auditOf(fakeRecords(judged([...many(9, 'accepted'), 'rejected'], true)))
  expect(audit.atMostWrong).toBeCloseTo(0.3942, 3)
})

test('what was chosen for its benefit proves nothing, however much of it was wrong', () => {
  const audit = auditOf(
    fakeRecords([...judged(many(5, 'rejected'), false), ...judged(many(3, 'accepted'), true)]),
  )
  expect(audit).toMatchObject({ checked: 3, wrong: 0 })
})

test('a fix counts as wrong, unsure counts not at all', () => {
  const audit = auditOf(fakeRecords(judged(['replaced', 'unsure', 'accepted'], true)))
  expect(audit).toMatchObject({ checked: 2, wrong: 1 })
})

test('nothing checked proves nothing; everything wrong leaves 100 % open', () => {
  expect(auditOf(fakeRecords([])).atMostWrong).toBeNull()
  expect(auditOf(fakeRecords(judged(many(4, 'rejected'), true))).atMostWrong).toBe(1)
})
