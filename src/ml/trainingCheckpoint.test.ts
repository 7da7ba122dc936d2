import { expect, test } from 'vitest'
import { assertSameRun, readCheckpoint, writeCheckpoint, type TrainingCheckpoint } from './trainingCheckpoint'

const CHECKPOINT: TrainingCheckpoint = {
  spec: {
    studentId: 'light',
    classCount: 2,
    levels: [{ stride: 4, channels: 3 }],
    width: 5,
    height: 3,
    seed: 7,
    params: { epochs: 30, note: 'ü' },
  },
  identity: { recipe: 'a', network: 'b', data: 'c' },
  position: {
    epoch: 7,
    batch: 2,
    step: 58,
    elapsedMs: 1234.5,
    epochMs: 10,
    random: { order: 4294967295, photometric: 0, dropout: 3 },
    totals: {
      steps: 2,
      loss: 0.1 + 0.2,
      fine: 1e-300,
      binary: 3,
      corrected: 4,
      skipped: 0,
      cappedImages: [2],
    },
    skippedInARow: 0,
    best: { epoch: 5, score: 1 / 3 },
  },
  reports: [],
  vectors: new Map([
    ['parameters', Float32Array.of(1 / 3, -0, 1e-40)],
    ['losses', Float32Array.of(1, Number.NaN)],
  ]),
  corrected: new Map([[4, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1)]]),
}

test('what is written is read back to the last bit, from any place in a buffer', () => {
  const bytes = writeCheckpoint(CHECKPOINT)
  const shifted = new Uint8Array(bytes.length + 1)
  shifted.set(bytes, 1)
  expect(readCheckpoint(bytes)).toEqual(CHECKPOINT)
  expect(readCheckpoint(shifted.subarray(1))).toEqual(CHECKPOINT)
})

test('a flipped bit anywhere, a missing end and a later version are refused with the reason', () => {
  const bytes = writeCheckpoint(CHECKPOINT)
  for (let at = 0; at < bytes.length; at += 5) {
    const damaged = bytes.slice()
    damaged[at]! ^= 4
    expect(() => readCheckpoint(damaged)).toThrow(expect.objectContaining({ code: 'train/bad-checkpoint' }))
  }
  expect(() => readCheckpoint(bytes.subarray(0, bytes.length - 1))).toThrow('it is damaged')
  expect(() => readCheckpoint(new Uint8Array(9))).toThrow('it is not a checkpoint')
  const later = bytes.slice()
  later[8] = 2
  expect(() => readCheckpoint(later)).toThrow('version 2')
})

test('a checkpoint of another recipe, network or data set is refused, and the message says which', () => {
  const { identity } = CHECKPOINT
  expect(() => assertSameRun(identity, { ...identity })).not.toThrow()
  expect(() => assertSameRun(identity, { ...identity, recipe: 'x' })).toThrow('other settings')
  expect(() => assertSameRun(identity, { ...identity, network: 'x' })).toThrow('another network')
  expect(() => assertSameRun(identity, { ...identity, data: 'x' })).toThrow('other pictures or masks')
})
