import type { ModelRun } from '../modelInfo'

/** Where a model of the tests comes from. */
export const A_MODEL_RUN: ModelRun = {
  startedAt: '2026-01-01T00:00:00.000Z',
  backend: 'cpu',
  seconds: 1,
  steps: 2,
  epoch: 0,
  stoppedEarly: false,
  snapshotSha256: null,
  images: { train: 2, validation: 0, confirmedClean: 0 },
  masks: { accepted: 2, unreviewed: 0 },
}
