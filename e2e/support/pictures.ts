import { deflateSync } from 'node:zlib'

/** Grey value 0..255 of a pixel. */
export type Paint = (x: number, y: number) => number

/** An 8-bit grey PNG, written by the test itself. */
export function greyPng(width: number, height: number, paint: Paint): Buffer {
  const raw = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raw[y * (width + 1) + 1 + x] = paint(x, y)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A grey plate with fine texture and one dark blob: something a generator can find. */
export function plateWithBlob(
  width: number,
  height: number,
  blob: { x: number; y: number; radius: number },
): Buffer {
  return greyPng(width, height, (x, y) => {
    const texture = 150 + ((x * 7 + y * 13) % 11)
    return Math.hypot(x - blob.x, y - blob.y) <= blob.radius ? 60 + ((x + y) % 7) : texture
  })
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, crc])
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
