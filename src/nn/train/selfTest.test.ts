import { expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { tf } from '../tf'
import { passesSelfTest, SELF_TEST_LOSSES, selfTestLosses } from './selfTest'

test('the stored losses are those of the cpu backend, and wasm passes', async () => {
  await startBackend('cpu')
  const losses = await selfTestLosses()
  expect(losses[0]).toBeCloseTo(SELF_TEST_LOSSES[0], 5)
  expect(losses[1]).toBeCloseTo(SELF_TEST_LOSSES[1], 5)
  await startBackend('wasm')
  const before = tf.memory().numTensors
  expect(await passesSelfTest()).toBe(true)
  expect(tf.memory().numTensors).toBe(before)
})

test('a backend that computes zero gradients would be noticed', () => {
  // Without a step the second loss would repeat the first: they are a hundred tolerances apart.
  expect(Math.abs(SELF_TEST_LOSSES[0] - SELF_TEST_LOSSES[1])).toBeGreaterThan(0.09)
})
