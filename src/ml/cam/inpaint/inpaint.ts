import { assert } from '../../../core/assert'
import { clipBox, growBox } from '../../../core/geometry'
import { createRandom } from '../../../core/random'
import type { BinaryMask, RgbaImage, ScoreMap } from '../../../core/raster'
import { boundsAbove } from '../boundsAbove'
import { cutWindow } from '../cutWindow'
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
  const bounds = boundsAbove(mask, 0)
  if (bounds === null) return { width: image.width, height: image.height, data }
  const window = clipBox(growBox(bounds, WINDOW_MARGIN_PX), image)!
  const part = cutWindow(image, window)
  const unknown = cutWindow(mask, window)
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

function channelOf({ width, height, data }: RgbaImage, channel: number): ScoreMap {
  return {
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, p) => data[4 * p + channel]!),
  }
}
