import type { Box, Size } from '../../core/geometry'
import { createRandom, type Random } from '../../core/random'
import type { RgbaImage, Rle, ScoreMap } from '../../core/raster'
import { encodeRle, rleArea, rleBounds } from '../raster/rle'
import { DEFECT_KINDS, drawDefect, type DefectKind } from './defects'
import { drawSurface, SURFACE_KINDS, type SurfaceKind } from './surfaces'

/** The sample project: pictures drawn by our own code, with exact truth. Equal seeds give equal pixels. */
export interface SampleImage {
  readonly fileName: string
  readonly surface: SurfaceKind
  readonly image: RgbaImage
  readonly split: 'train' | 'val' | 'test'
  readonly defects: readonly SampleDefect[]
}

export interface SampleDefect {
  readonly kind: DefectKind
  readonly rle: Rle
  readonly areaPx: number
  readonly boundsPx: Box
  /** As a person draws it: a few pixels off on every side. */
  readonly roughBoxPx: Box
}

const IMAGES_PER_SURFACE = 10
/** Of each surface's images, these places stay clean. */
const CLEAN_PLACES = [2, 5, 9]
const SIZES: Readonly<Record<SurfaceKind, Size>> = {
  steel: { width: 512, height: 352 },
  leather: { width: 480, height: 384 },
  casting: { width: 448, height: 416 },
}

export const SAMPLE_COUNT = SURFACE_KINDS.length * IMAGES_PER_SURFACE

export function* generateSample(seed: number): Generator<SampleImage> {
  for (const [surfaceIndex, surface] of SURFACE_KINDS.entries()) {
    for (let place = 0; place < IMAGES_PER_SURFACE; place++) {
      yield drawImage(surface, place, createRandom(seed * 7919 + surfaceIndex * 1009 + place * 31 + 17))
    }
  }
}

function drawImage(surface: SurfaceKind, place: number, random: Random): SampleImage {
  const size = SIZES[surface]
  const { luminance, tint } = drawSurface(surface, size, random.integer(1 << 30))
  const defects = CLEAN_PLACES.includes(place) ? [] : drawDefects(luminance, place, random)
  return {
    fileName: `${surface}/${surface}_${String(place + 1).padStart(2, '0')}.png`,
    surface,
    image: toRgba(luminance, tint),
    // Every surface has clean and defective images in each part.
    split: place < 6 ? 'train' : place < 8 ? 'val' : 'test',
    defects,
  }
}

/** One to three defects that do not overlap; the first kind goes round so that every class is well represented. */
function drawDefects(luminance: ScoreMap, place: number, random: Random): SampleDefect[] {
  const wanted = 1 + random.integer(3)
  const taken = new Uint8Array(luminance.data.length)
  const defects: SampleDefect[] = []
  for (let attempt = 0; attempt < wanted * 4 && defects.length < wanted; attempt++) {
    const kind =
      defects.length === 0
        ? DEFECT_KINDS[place % DEFECT_KINDS.length]!
        : DEFECT_KINDS[random.integer(DEFECT_KINDS.length)]!
    const trial = { ...luminance, data: luminance.data.slice() }
    const { mask } = drawDefect(kind, trial, random)
    if (mask.data.some((value, p) => value === 1 && taken[p] === 1)) continue
    const rle = encodeRle(mask)
    if (rleArea(rle) < 20) continue
    luminance.data.set(trial.data)
    for (let p = 0; p < taken.length; p++) taken[p] = taken[p]! | mask.data[p]!
    const boundsPx = rleBounds(rle)
    defects.push({
      kind,
      rle,
      areaPx: rleArea(rle),
      boundsPx,
      roughBoxPx: roughen(boundsPx, luminance, random),
    })
  }
  return defects
}

function roughen(box: Box, size: Size, random: Random): Box {
  const slack = (): number => Math.round(1 + random.next() * 4)
  const x = Math.max(0, box.x - slack())
  const y = Math.max(0, box.y - slack())
  return {
    x,
    y,
    width: Math.min(size.width, box.x + box.width + slack()) - x,
    height: Math.min(size.height, box.y + box.height + slack()) - y,
  }
}

function toRgba(luminance: ScoreMap, tint: readonly [number, number, number]): RgbaImage {
  const data = new Uint8ClampedArray(luminance.data.length * 4)
  for (let p = 0; p < luminance.data.length; p++) {
    const value = luminance.data[p]! * 255
    data[p * 4] = value * tint[0]
    data[p * 4 + 1] = value * tint[1]
    data[p * 4 + 2] = value * tint[2]
    data[p * 4 + 3] = 255
  }
  return { width: luminance.width, height: luminance.height, data }
}
