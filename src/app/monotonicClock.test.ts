import { expect, test } from 'vitest'
import { createMonotonicClock } from './monotonicClock'

const at = (time: string) => createMonotonicClock({ now: () => time, ticks: () => 0 })

test('two stamps of one millisecond differ, in order', () => {
  const clock = at('2026-01-01T00:00:00.000Z')
  expect([clock.now(), clock.now()]).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z'])
})

test('a clock set back cannot hide a new decision behind an old one', () => {
  const clock = at('2020-01-01T00:00:00.000Z')
  clock.advanceTo('2026-05-05T05:05:05.005Z')
  expect(clock.now()).toBe('2026-05-05T05:05:05.006Z')
})
