import { describe, expect, test } from 'vitest'
import { createImageCodec } from './imageCodec'

/** Decoding needs a browser (e2e); what is refused before decoding is tested here. */
const codec = createImageCodec()

/** The first 33 bytes of a PNG: signature and IHDR. */
function pngHeader(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(33)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  const view = new DataView(bytes.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return bytes
}

describe('inspect', () => {
  test('tells type and size by content, whatever the name', () => {
    expect(codec.inspect(pngHeader(20, 10), 'photo.jpg')).toEqual({
      mimeType: 'image/png',
      width: 20,
      height: 10,
      orientation: 1,
    })
  })

  test('takes a picture of 20,000 px width when its area is fine', () => {
    expect(codec.inspect(pngHeader(20_000, 2_000), 'scan.png').width).toBe(20_000)
  })

  test.each([
    [30_001, 10],
    [10, 30_001],
    [12_001, 10_000],
  ])('refuses %i x %i px with the numbers and a remedy', (width, height) => {
    expect(() => codec.inspect(pngHeader(width, height), 'big.png')).toThrow(
      `big.png is too large: it has ${width} x ${height} px, the limits are 30000 px a side and 120 megapixels. Cut it into tiles first`,
    )
  })

  test('refuses what is no picture, naming the file', () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')
    expect(() => codec.inspect(svg, 'drawing.png')).toThrow('drawing.png is not a PNG, JPEG, BMP or WebP')
    expect(() => codec.inspect(new Uint8Array(), 'empty.png')).toThrow('empty.png is not')
  })
})
