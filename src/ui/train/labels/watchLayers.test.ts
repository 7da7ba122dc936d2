import { expect, test } from 'vitest'
import { mapLayer, maskLayer } from './watchLayers'

test('a map is opaque where it is strong and clear where it is not', () => {
  const { data } = mapLayer({ width: 2, height: 1, data: Float32Array.of(0, 1) })
  expect(data[3]).toBe(0)
  expect(data[7]).toBeGreaterThan(100)
})

test('a mask colours its pixels only', () => {
  const { data } = maskLayer({ width: 2, height: 1, data: Uint8Array.of(1, 0) })
  expect([data[3], data[7]]).toEqual([130, 0])
})
