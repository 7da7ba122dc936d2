import { unzlibSync } from 'fflate'
import { expect, test } from 'vitest'
import { decodeGreyPng, encodeGreyPng, encodePng } from './png'

test('a 2x2 picture is a PNG whose rows, unfiltered, are its pixels', () => {
  const data = new Uint8ClampedArray([10, 20, 30, 255, 40, 50, 60, 255, 11, 19, 30, 255, 0, 255, 60, 255])
  const png = encodePng({ width: 2, height: 2, data })
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const view = new DataView(png.buffer)
  expect([view.getUint32(16), view.getUint32(20), png[24], png[25]]).toEqual([2, 2, 8, 2])
  const length = view.getUint32(33)
  const rows = unzlibSync(png.subarray(41, 41 + length))
  // Filter "up": the second row holds differences modulo 256.
  expect([...rows]).toEqual([2, 10, 20, 30, 40, 50, 60, 2, 1, 255, 0, 216, 205, 0])
})

test('the CRC of an empty IEND chunk is the well-known one', () => {
  const png = encodePng({ width: 1, height: 1, data: new Uint8ClampedArray([1, 2, 3, 255]) })
  expect([...png.subarray(-4)]).toEqual([0xae, 0x42, 0x60, 0x82])
})

test('a class map comes back with every value', () => {
  const map = { width: 3, height: 2, data: Uint8Array.of(0, 1, 255, 254, 2, 0) }
  const png = encodeGreyPng(map)
  expect([png[24], png[25]]).toEqual([8, 0])
  expect(decodeGreyPng(png)).toEqual(map)
})
