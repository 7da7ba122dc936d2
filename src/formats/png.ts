import { unzlibSync, zlibSync } from 'fflate'
import { assert } from '../core/assert'
import type { LabelMap, RgbaImage } from '../core/raster'
import { crc32 } from './crc32'

/**
 * PNG (ISO/IEC 15948) with 8 bits a channel. The bytes are the same on every machine, and no colour management touches
 * them; a canvas promises neither.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const GREY = 0
const RGB = 2
/** Row filters: as it is, and difference to the row above. */
const FILTER_NONE = 0
const FILTER_UP = 2

/** A picture as RGB; alpha is dropped. */
export function encodePng({ width, height, data }: RgbaImage): Uint8Array<ArrayBuffer> {
  const stride = width * 3
  const raw = new Uint8Array(height * (stride + 1))
  for (let y = 0; y < height; y++) {
    const row = y * (stride + 1)
    raw[row] = FILTER_UP
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const above = y === 0 ? 0 : data[((y - 1) * width + x) * 4 + c]!
        raw[row + 1 + x * 3 + c] = data[(y * width + x) * 4 + c]! - above
      }
    }
  }
  return pngOf(width, height, RGB, raw)
}

/** A class map as grey values: 0 background, 1..K classes, 255 ignore, exactly. */
export function encodeGreyPng({ width, height, data }: LabelMap): Uint8Array<ArrayBuffer> {
  const raw = new Uint8Array(height * (width + 1))
  for (let y = 0; y < height; y++) {
    raw[y * (width + 1)] = FILTER_NONE
    raw.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  }
  return pngOf(width, height, GREY, raw)
}

/** Reads back what `encodeGreyPng` wrote, for the check of an export; not a reader of PNG in general. */
export function decodeGreyPng(png: Uint8Array): LabelMap {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const width = view.getUint32(16)
  const height = view.getUint32(20)
  assert(png[24] === 8 && png[25] === GREY, 'a grey PNG of our own')
  const raw = unzlibSync(png.subarray(41, 41 + view.getUint32(33)))
  assert(raw.length === height * (width + 1), 'one byte a pixel and a row')
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    assert(raw[y * (width + 1)] === FILTER_NONE, 'rows without a filter')
    data.set(raw.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)), y * width)
  }
  return { width, height, data }
}

function pngOf(width: number, height: number, colourType: number, raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, colourType, 0, 0, 0], 8)
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(raw, { level: 3 })),
    chunk('IEND', new Uint8Array(0)),
  ]
  const png = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    png.set(part, at)
    at += part.length
  }
  return png
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, body.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(body, 8)
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)))
  return bytes
}
