import { expect, test } from 'vitest'
import { createProgressLine } from './progressLine.mjs'

function written(isTTY) {
  const stream = { text: '', isTTY, columns: 30, write: (part) => (stream.text += part) }
  return stream
}
const at = (done) => ({ title: 'Propose', done, total: 20, note: `box ${done}` })

test('a log gets a line at each tenth of the way, not one per image', () => {
  const stream = written(false)
  let now = 0
  const line = createProgressLine(stream, () => (now += 5000))
  for (let done = 0; done <= 20; done++) line.show(at(done))
  // 0, 2, 4, …, 20: eleven tenths.
  expect(stream.text.trim().split('\n')).toHaveLength(11)
  expect(stream.text).toContain('Propose, 20 of 20, box 20\n')
})

test('a log of quick work gets the beginning and the end of each stage', () => {
  const stream = written(false)
  const line = createProgressLine(stream, () => 0)
  for (let done = 0; done <= 20; done++) line.show(at(done))
  line.show({ title: 'Train', done: 0, total: 0, note: '' })
  expect(stream.text).toBe('Propose, 0 of 20, box 0\nPropose, 20 of 20, box 20\nTrain\n')
})

test('a terminal gets one line that rewrites itself and never wraps', () => {
  const stream = written(true)
  let now = 0
  const line = createProgressLine(stream, () => (now += 200))
  line.show({ ...at(5), note: 'a very long file name that would wrap.png' })
  line.show(at(20))
  expect(stream.text).not.toContain('\n')
  const drawn = stream.text.split('\r\u001b[K')
  expect(drawn).toEqual([' 25 % Propose, 5 of 20, a ver', '100 % Propose, 20 of 20, box '])
})

test('redraws are limited in rate, but the end is always drawn', () => {
  const stream = written(true)
  const line = createProgressLine(stream, () => 0)
  for (let done = 1; done <= 20; done++) line.show(at(done))
  expect(stream.text.split('\r\u001b[K')).toHaveLength(2)
})

test('what is said stays on a line of its own', () => {
  const stream = written(true)
  const line = createProgressLine(stream, () => 0)
  line.show(at(1))
  line.say('warning: x')
  expect(stream.text.endsWith('\r\u001b[Kwarning: x\n')).toBe(true)
})
