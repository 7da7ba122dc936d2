import { describe, expect, it } from 'vitest'
import { flip, flipBox } from './flip'

describe('flip', () => {
  const labels = { width: 3, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }

  it('mirrors left and right, or top and bottom', () => {
    expect([...flip(labels, 'horizontal').data]).toEqual([3, 2, 1, 6, 5, 4])
    expect([...flip(labels, 'vertical').data]).toEqual([4, 5, 6, 1, 2, 3])
  })

  it('keeps the channels of a pixel together', () => {
    const image = { width: 2, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 4, 5, 6, 7, 8) }
    expect([...flip(image, 'horizontal').data]).toEqual([5, 6, 7, 8, 1, 2, 3, 4])
  })

  it('undoes itself and leaves its input alone', () => {
    expect(flip(flip(labels, 'vertical'), 'vertical')).toEqual(labels)
    expect([...labels.data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('a box moves with its pixels', () => {
    const box = { x: 1, y: 0, width: 2, height: 1 }
    expect(flipBox(box, labels, 'horizontal')).toEqual({ x: 0, y: 0, width: 2, height: 1 })
    expect(flipBox(box, labels, 'vertical')).toEqual({ x: 1, y: 1, width: 2, height: 1 })
  })
})
