import { assert } from '../../../core/assert'
import { clipBox, growBox, type Box } from '../../../core/geometry'
import { createRandom } from '../../../core/random'
import type { BinaryMask, RgbaImage, ScoreMap } from '../../../core/raster'
import { laplaceFill } from './laplaceFill'
import { medianOfNormals } from './medianOfNormals'
import { pushPull } from './pushPull'
import { residualTexture } from './residualTexture'
import { RING_PX } from './textureRing'

/** The ring and the local means around its pixels; what lies farther has no say. */
const WINDOW_MARGIN_PX = RING_PX.to + 4

export interface InpaintingInput {
  readonly image: RgbaImage
  /** 1 where the surface is to be made up, of the image's size. */
  readonly mask: BinaryMask
  /** Registered pictures of clean parts, of the image's size, nearest first; empty: the surroundings are all there is. */
  readonly normals: readonly RgbaImage[]
  /** Of the texture: equal seeds give equal pictures. */
  readonly seed: number
}

/**
 * G(x, M): the picture with its masked pixels replaced by plausible normal surface; all others, and alpha, stay.
 * With registered normal pictures their median; else push-pull, 200 sweeps of the Laplace equation, and the noise of
 * the ring around the mask. An empty mask gives a copy; a mask without surroundings gives the mean of the picture.
 * "Inpainting" is stated by the source; the operator is our reconstruction (methods/cam-pseudo-masks.md, §6).
 */
export function inpaint({ image, mask, normals, seed }: InpaintingInput): RgbaImage {
  assert(
    image.width === mask.width && image.height === mask.height,
    'inpainting needs a mask of the image size',
  )
  if (normals.length > 0) return medianOfNormals(image, mask, normals)
  const data = image.data.slice()
  const window = windowAround(mask)
  if (window === null) return { width: image.width, height: image.height, data }
  const part = cutImage(image, window)
  const unknown = cutMask(mask, window)
  const texture = residualTexture(part, unknown, createRandom(seed))
  for (let c = 0; c < 3; c++) {
    const filled = laplaceFill(pushPull(channelOf(part, c), unknown), unknown).data
    for (let q = 0, masked = 0; q < filled.length; q++) {
      if (unknown.data[q] === 0) continue
      const x = window.x + (q % window.width)
      const y = window.y + Math.floor(q / window.width)
      // Uint8ClampedArray rounds and clips.
      data[4 * (y * image.width + x) + c] = filled[q]! + (texture?.[3 * masked + c] ?? 0)
      masked++
    }
  }
  return { width: image.width, height: image.height, data }
}

/** The mask's bounds with the margin, inside the picture; null for an empty mask. */
function windowAround(mask: BinaryMask): Box | null {
  let left = mask.width
  let right = -1
  let top = mask.height
  let bottom = -1
  for (let p = 0; p < mask.data.length; p++) {
    if (mask.data[p] === 0) continue
    const x = p % mask.width
    const y = (p - x) / mask.width
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  if (right < 0) return null
  const bounds = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
  return clipBox(growBox(bounds, WINDOW_MARGIN_PX), mask)
}

function cutImage(image: RgbaImage, { x, y, width, height }: Box): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height)
  for (let row = 0; row < height; row++) {
    const from = 4 * ((y + row) * image.width + x)
    data.set(image.data.subarray(from, from + 4 * width), 4 * row * width)
  }
  return { width, height, data }
}

function cutMask(mask: BinaryMask, { x, y, width, height }: Box): BinaryMask {
  const data = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const from = (y + row) * mask.width + x
    data.set(mask.data.subarray(from, from + width), row * width)
  }
  return { width, height, data }
}

function channelOf({ width, height, data }: RgbaImage, channel: number): ScoreMap {
  return {
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, p) => data[4 * p + channel]!),
  }
}
