import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orientedSize, readImageHeader } from './imageHeader'

const text = (value: string): number[] => Array.from(value, (c) => c.charCodeAt(0))
const big16 = (v: number): number[] => [(v >> 8) & 255, v & 255]
const big32 = (v: number): number[] => [(v >>> 24) & 255, (v >>> 16) & 255, (v >>> 8) & 255, v & 255]
const little16 = (v: number): number[] => big16(v).reverse()
const little32 = (v: number): number[] => big32(v).reverse()

/** TIFF block with one directory of one entry: orientation, type SHORT. */
function exif(orientation: number, order: 'II' | 'MM'): number[] {
  const n16 = order === 'II' ? little16 : big16
  const n32 = order === 'II' ? little32 : big32
  return [
    ...text(order),
    ...n16(42),
    ...n32(8),
    ...n16(1),
    ...n16(0x0112),
    ...n16(3),
    ...n32(1),
    ...n16(orientation),
    ...n16(0),
    ...n32(0),
  ]
}

const PNG_SIGNATURE = [0x89, ...text('PNG'), 13, 10, 26, 10]
function png(width: number, height: number, ...chunks: number[][]): number[] {
  const header = [
    ...big32(13),
    ...text('IHDR'),
    ...big32(width),
    ...big32(height),
    8,
    2,
    0,
    0,
    0,
    ...big32(0),
  ]
  return [...PNG_SIGNATURE, ...header, ...chunks.flat(), ...big32(0), ...text('IDAT'), ...big32(0)]
}
const pngChunk = (name: string, data: number[]): number[] => [
  ...big32(data.length),
  ...text(name),
  ...data,
  ...big32(0),
]

const frame = (marker: number, width: number, height: number): number[] => [
  0xff,
  marker,
  ...big16(11),
  8,
  ...big16(height),
  ...big16(width),
  1,
  1,
  0x11,
  0,
]
const app1 = (body: number[]): number[] => [0xff, 0xe1, ...big16(body.length + 2), ...body]
const jpeg = (...segments: number[][]): number[] => [0xff, 0xd8, ...segments.flat()]
const exifSegment = (orientation: number, order: 'II' | 'MM'): number[] =>
  app1([...text('Exif\0\0'), ...exif(orientation, order)])

function bmp(width: number, height: number): number[] {
  return [
    ...text('BM'),
    ...little32(0),
    ...little32(0),
    ...little32(54),
    ...little32(40),
    ...little32(width),
    ...little32(height),
  ]
}

function webp(...chunks: number[][]): number[] {
  const body = chunks.flat()
  return [...text('RIFF'), ...little32(body.length + 4), ...text('WEBP'), ...body]
}
const riffChunk = (name: string, data: number[]): number[] => [
  ...text(name),
  ...little32(data.length),
  ...data,
  ...(data.length % 2 === 1 ? [0] : []),
]
const vp8x = (flags: number, width: number, height: number): number[] =>
  riffChunk('VP8X', [flags, 0, 0, 0, ...little32(width - 1).slice(0, 3), ...little32(height - 1).slice(0, 3)])

const read = (bytes: number[]) => readImageHeader(Uint8Array.from(bytes))

describe('readImageHeader', () => {
  test('PNG: type and size from IHDR', () => {
    expect(read(png(640, 480))).toEqual({ mimeType: 'image/png', width: 640, height: 480, orientation: 1 })
    expect(read(png(1, 1))).toMatchObject({ width: 1, height: 1 })
  })

  test('PNG: orientation from an eXIf chunk before the picture data', () => {
    expect(read(png(4, 3, pngChunk('gAMA', [0, 0, 0, 1]), pngChunk('eXIf', exif(6, 'MM'))))).toMatchObject({
      orientation: 6,
    })
  })

  test.each([
    ['baseline', 0xc0],
    ['progressive', 0xc2],
    ['arithmetic', 0xc9],
  ])('JPEG: size from a %s frame header', (_, marker) => {
    expect(read(jpeg(app1(text('other')), frame(marker, 300, 200)))).toEqual({
      mimeType: 'image/jpeg',
      width: 300,
      height: 200,
      orientation: 1,
    })
  })

  test('JPEG: a Huffman table is not a frame header', () => {
    const table = [0xff, 0xc4, ...big16(6), 1, 2, 3, 4]
    expect(read(jpeg(table, frame(0xc0, 7, 5)))).toMatchObject({ width: 7, height: 5 })
  })

  test.each(['II', 'MM'] as const)('JPEG: EXIF orientation, byte order %s', (order) => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const header = read(jpeg(exifSegment(orientation, order), frame(0xc0, 300, 200)))!
      expect(header.orientation).toBe(orientation)
      const lies = orientation >= 5
      expect(orientedSize(header)).toEqual(lies ? { width: 200, height: 300 } : { width: 300, height: 200 })
    }
  })

  test.each([
    ['an orientation of 0', exifSegment(0, 'II')],
    ['an orientation of 9', exifSegment(9, 'II')],
    [
      'a directory beyond the end',
      app1([...text('Exif\0\0'), ...text('II'), ...little16(42), ...little32(0x7fffffff)]),
    ],
    [
      'more entries than bytes',
      app1([...text('Exif\0\0'), ...text('II'), ...little16(42), ...little32(8), ...little16(500)]),
    ],
    [
      'a TIFF block of another kind',
      app1([...text('Exif\0\0'), ...text('XX'), ...little16(42), ...little32(8)]),
    ],
  ])('JPEG: %s counts as upright', (_, segment) => {
    expect(read(jpeg(segment, frame(0xc0, 3, 2)))).toMatchObject({ width: 3, height: 2, orientation: 1 })
  })

  test('JPEG: fill bytes and stand-alone markers are skipped', () => {
    expect(read(jpeg([0xff, 0xff, 0xff, 0xd0], [0xff, 0x01], frame(0xc0, 3, 2)))).toMatchObject({ width: 3 })
  })

  test('BMP: size, also when the rows run from the top', () => {
    expect(read(bmp(20, 10))).toEqual({ mimeType: 'image/bmp', width: 20, height: 10, orientation: 1 })
    expect(read(bmp(20, -10))).toMatchObject({ width: 20, height: 10 })
    const old = [
      ...text('BM'),
      ...little32(0),
      ...little32(0),
      ...little32(26),
      ...little32(12),
      ...little16(20),
      ...little16(10),
    ]
    expect(read(old)).toMatchObject({ width: 20, height: 10 })
  })

  test('WebP: extended, lossless and lossy', () => {
    expect(read(webp(vp8x(0, 5000, 3)))).toMatchObject({ mimeType: 'image/webp', width: 5000, height: 3 })
    // 14 bits of width - 1 = 99, then 14 bits of height - 1 = 49.
    expect(read(webp(riffChunk('VP8L', [0x2f, ...little32(99 | (49 << 14))])))).toMatchObject({
      width: 100,
      height: 50,
    })
    const lossy = [0, 0, 0, 0x9d, 0x01, 0x2a, ...little16(100), ...little16(50)]
    expect(read(webp(riffChunk('VP8 ', lossy)))).toMatchObject({ width: 100, height: 50 })
  })

  test('WebP: an EXIF orientation is not applied, because the decoder does not apply it', () => {
    const bytes = webp(vp8x(0x08, 9, 4), riffChunk('VP8 ', [1, 2, 3]), riffChunk('EXIF', exif(8, 'II')))
    expect(read(bytes)).toMatchObject({ width: 9, height: 4, orientation: 1 })
  })

  test.each([
    ['nothing', []],
    ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a GIF', text('GIF89a\x01\0\x01\0')],
    ['a PNG without width', png(0, 5)],
    ['a PNG wider than PNG can be', png(0x80000000, 5)],
    ['a JPEG without a frame header', jpeg(app1([1, 2]), [0xff, 0xd9])],
    ['a JPEG segment of length 1', jpeg([0xff, 0xe0, 0, 1])],
    ['a BMP of negative width', bmp(-5, 5)],
    ['a BMP of height 0', bmp(5, 0)],
    ['a text that begins like a BMP', text('BM and nothing else that fits a bitmap')],
  ])('%s is not a picture', (_, bytes) => {
    expect(read(bytes as number[])).toBeNull()
  })

  test('an absurd size is read as it is; the limit is the caller’s', () => {
    expect(read(png(2_000_000_000, 3))).toMatchObject({ width: 2_000_000_000 })
  })

  test('every truncation of a valid header gives null or a header, never an exception', () => {
    const files = [
      png(6, 5, pngChunk('eXIf', exif(6, 'MM'))),
      jpeg(exifSegment(6, 'II'), frame(0xc0, 3, 2)),
      bmp(20, 10),
      webp(vp8x(0x08, 9, 4), riffChunk('EXIF', exif(8, 'II'))),
    ]
    for (const file of files) {
      for (let length = 0; length < file.length; length++) {
        expect(() => read(file.slice(0, length))).not.toThrow()
      }
    }
  })

  test('random bytes behind a known beginning never throw and never hang', () => {
    const beginnings = [
      PNG_SIGNATURE,
      png(3, 2).slice(0, 33),
      [0xff, 0xd8],
      text('BM'),
      webp(vp8x(0x08, 3, 2)),
    ]
    const property = fc.property(
      fc.constantFrom(...beginnings),
      fc.uint8Array({ maxLength: 400 }),
      (start, rest) => {
        const header = readImageHeader(Uint8Array.from([...start, ...rest]))
        if (header === null) return true
        return header.width > 0 && header.height > 0 && header.orientation >= 1 && header.orientation <= 8
      },
    )
    expect(fc.check(property, { numRuns: 500 })).toMatchObject({ failed: false })
  })
})
