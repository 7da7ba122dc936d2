import { expect, test } from 'vitest'
import { fakeBox, fakeDecision, fakeImage, fakeMask, fakeRecords, SCRATCH } from './__fakes__/fakeRecords'
import { correctionReview } from './correctionReview'
import { idOf, type PseudoMask } from './records'

const IMAGE = fakeImage('a')
const RUN = idOf('run', '1')
const find = (name: string, areaPx: number, runId = RUN): PseudoMask =>
  fakeMask(name, IMAGE, null, {
    areaPx,
    provenance: { kind: 'selfCorrected', runId, epoch: 3, threshold: 0.9, meanProbability: 0.95 },
  })

test('the confirmed share is of judged pixels of that run; fixed, unsure and undecided ones are told apart', () => {
  const masks = {
    accepted: find('accepted', 300),
    rejected: find('rejected', 100),
    fixed: find('fixed', 50),
    unsure: find('unsure', 7),
    open: find('open', 20),
    other: find('other', 999, idOf('run', '2')),
    gone: fakeMask('gone', fakeImage('removed'), null, { provenance: find('gone', 1).provenance }),
    drawn: fakeMask('drawn', IMAGE, fakeBox('box', IMAGE)),
  }
  const records = fakeRecords([
    IMAGE,
    SCRATCH,
    ...Object.values(masks),
    fakeDecision(masks.accepted, 'accepted'),
    fakeDecision(masks.rejected, 'rejected'),
    fakeDecision(masks.fixed, 'replaced'),
    fakeDecision(masks.unsure, 'unsure'),
    fakeDecision(masks.other, 'accepted'),
  ])
  expect(correctionReview(records, RUN)).toEqual({
    masks: 5,
    areaPx: 477,
    acceptedPx: 300,
    rejectedPx: 100,
    fixedPx: 50,
    openPx: 27,
    confirmedShare: 0.75,
  })
  expect(correctionReview(records, idOf('run', '3'))).toMatchObject({ masks: 0, confirmedShare: null })
})
