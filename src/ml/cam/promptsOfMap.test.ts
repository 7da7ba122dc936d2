import { expect, test } from 'vitest'
import { promptsOfMap } from './promptsOfMap'

/** A map of 20 x 10 with rectangles of one value. */
function mapWith(...rects: readonly (readonly [number, number, number, number, number])[]) {
  const data = new Float32Array(200)
  for (const [x, y, width, height, value] of rects)
    for (let row = y; row < y + height; row++) data.fill(value, row * 20 + x, row * 20 + x + width)
  return { width: 20, height: 10, data }
}

test('each place above the threshold is a box with its strongest pixel as the click, strongest first', () => {
  const map = mapWith([2, 2, 4, 3, 0.5], [12, 4, 3, 3, 0.6], [13, 5, 1, 1, 0.9])
  const prompts = promptsOfMap(map, 0.3, 0)
  expect(prompts.map(({ boxPx }) => boxPx)).toEqual([
    { x: 12, y: 4, width: 3, height: 3 },
    { x: 2, y: 2, width: 4, height: 3 },
  ])
  expect(prompts[0]).toMatchObject({ peakPx: { x: 13.5, y: 5.5 } })
})

test('boxes grow by a share of their longer side and stay inside the picture', () => {
  const [prompt] = promptsOfMap(mapWith([0, 2, 4, 3, 0.5]), 0.3, 0.5)
  expect(prompt!.boxPx).toEqual({ x: 0, y: 0, width: 6, height: 7 })
})

test('specks and an empty map give no prompt', () => {
  expect(promptsOfMap(mapWith([2, 2, 2, 4, 0.9]), 0.3, 0)).toEqual([])
  expect(promptsOfMap(mapWith(), 0.3, 0)).toEqual([])
})
