import { expect, test } from 'vitest'
import { pasteZoom } from './pasteZoom'

const whole = { width: 4, height: 2, data: Float32Array.of(0, 1, 2, 0, 0, 0, 4, 0) }

test('inside the rectangle the greater of the two counts, in the scale of the whole map', () => {
  // The zoom's own maximum 8 becomes 4; its 2 becomes 1.
  const zoomed = { width: 2, height: 2, data: Float32Array.of(8, 0, 2, 0) }
  const { data } = pasteZoom(whole, zoomed, { x: 0.25, y: 0, width: 0.5, height: 1 })
  expect([...data]).toEqual([0, 4, 2, 0, 0, 1, 4, 0])
})

test('a closer look that sees nothing changes nothing', () => {
  const nothing = { width: 1, height: 1, data: Float32Array.of(0) }
  expect(pasteZoom(whole, nothing, { x: 0, y: 0, width: 1, height: 1 })).toEqual(whole)
})
