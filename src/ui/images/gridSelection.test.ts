import { expect, test } from 'vitest'
import { idOf } from '../../domain/records'
import { keepListed, moveFocus, pickImage, type GridSelection } from './gridSelection'

const order = Array.from({ length: 10 }, (_, i) => idOf('image', String(i)))
const nothing: GridSelection = { ticked: new Set(), focus: null, anchor: null }
const plain = { isRange: false, isToggle: false }
const names = (selection: GridSelection) => [...selection.ticked].map((id) => id.slice(6)).sort()

test('a plain click leaves only one, Ctrl adds and takes away', () => {
  let now = pickImage(order, nothing, order[3]!, plain)
  now = pickImage(order, now, order[5]!, { isRange: false, isToggle: true })
  expect(names(now)).toEqual(['3', '5'])
  now = pickImage(order, now, order[3]!, { isRange: false, isToggle: true })
  expect(names(now)).toEqual(['5'])
  expect(names(pickImage(order, now, order[7]!, plain))).toEqual(['7'])
})

test('Shift ticks all between, in either direction, and the anchor stays', () => {
  const start = pickImage(order, nothing, order[5]!, plain)
  const forward = pickImage(order, start, order[7]!, { isRange: true, isToggle: false })
  expect(names(forward)).toEqual(['5', '6', '7'])
  expect(names(pickImage(order, forward, order[4]!, { isRange: true, isToggle: false }))).toEqual(['4', '5'])
})

test('arrows move by one or by a row and stop at the ends', () => {
  const start = pickImage(order, nothing, order[8]!, plain)
  expect(names(moveFocus(order, start, 4, false))).toEqual(['9'])
  expect(names(moveFocus(order, start, -4, true))).toEqual(['4', '5', '6', '7', '8'])
  expect(names(moveFocus(order, nothing, 1, false))).toEqual(['0'])
})

test('images that left the list are no longer ticked', () => {
  const two = pickImage(order, pickImage(order, nothing, order[1]!, plain), order[2]!, {
    isRange: true,
    isToggle: false,
  })
  expect(names(keepListed(order.slice(2), two))).toEqual(['2'])
  expect(keepListed(order, two)).toBe(two)
})
