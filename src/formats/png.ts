import { zlibSync } from 'fflate'
import type { RgbaImage } from '../core/raster'
import { crc32 } from './crc32'

/**
 * PNG of a picture (8-bit RGB, alpha dropped): bytes that are the same on every machine, which a canvas does not
 * promise. Filter "up" on every row; ISO/IEC 15948.
 */
export function encodePng(image: RgbaImage): Uint8Array<ArrayBuffer> {
  const { width, height, data } = image
  const stride = width * 3
  const raw = new Uint8Array(height * (stride + 1))
  for (let y = 0; y < height; y++) {
    const row = y * (stride + 1)
    raw[row] = 2
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const above = y === 0 ? 0 : data[((y - 1) * width + x) * 4 + c]!
        raw[row + 1 + x * 3 + c] = data[(y * width + x) * 4 + c]! - above
      }
    }
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 2, 0, 0, 0], 8)
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
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
