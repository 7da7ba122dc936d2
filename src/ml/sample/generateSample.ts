import type { Box, Size } from '../../core/geometry'
import { createRandom, type Random } from '../../core/random'
import type { RgbaImage, Rle } from '../../core/raster'
import { rleArea, rleBounds, rleFromPatch } from '../raster/rle'
import { rleIntersectionArea } from '../raster/rleSets'
import { applyDefect, DEFECT_KINDS, type DefectKind, defectShape } from './defects'
import { photograph, type Relief } from './relief'
import { createSurface, SURFACE_KINDS, type SurfaceKind } from './surfaces'

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
/** Of each surface's images, these places stay clean: one in each part. */
const CLEAN_PLACES = [2, 5, 9]
const SIZES: Readonly<Record<SurfaceKind, Size>> = {
  steel: { width: 512, height: 352 },
  leather: { width: 480, height: 384 },
  casting: { width: 448, height: 416 },
}
/** Smaller spots would be dust. */
const MIN_AREA_PX = 30

export const SAMPLE_COUNT = SURFACE_KINDS.length * IMAGES_PER_SURFACE

export function* generateSample(seed: number): Generator<SampleImage> {
  for (const [surfaceIndex, surface] of SURFACE_KINDS.entries()) {
    for (let place = 0; place < IMAGES_PER_SURFACE; place++) {
      yield drawImage(surface, place, createRandom(seed * 7919 + surfaceIndex * 1009 + place * 31 + 17))
    }
  }
}

function drawImage(surface: SurfaceKind, place: number, random: Random): SampleImage {
  const relief = createSurface(surface, SIZES[surface], random.integer(1 << 30))
  // Counts the images with defects only, so that the kinds go round evenly.
  const rank = place - CLEAN_PLACES.filter((clean) => clean < place).length
  const defects = CLEAN_PLACES.includes(place) ? [] : drawDefects(relief, rank, random)
  return {
    fileName: `${surface}/${surface}_${String(place + 1).padStart(2, '0')}.png`,
    surface,
    image: photograph(relief, random),
    split: place < 5 ? 'train' : place < 8 ? 'val' : 'test',
    defects,
  }
}

/** One to three defects that do not overlap; the first is of the kind whose turn it is, so no class is rare. */
function drawDefects(relief: Relief, rank: number, random: Random): SampleDefect[] {
  const wanted = 1 + random.integer(3)
  const defects: SampleDefect[] = []
  for (let attempt = 0; attempt < wanted * 4 && defects.length < wanted; attempt++) {
    const kind =
      DEFECT_KINDS[defects.length === 0 ? rank % DEFECT_KINDS.length : random.integer(DEFECT_KINDS.length)]!
    const shape = defectShape(kind, relief, random)
    const { width, height } = shape.boundsPx
    const mask = { width, height, data: Uint8Array.from(shape.strength, (value) => (value >= 0.5 ? 1 : 0)) }
    const rle = rleFromPatch(mask, shape.boundsPx, relief)
    const overlaps = defects.some((other) => rleIntersectionArea(other.rle, rle) > 0)
    if (overlaps || rleArea(rle) < MIN_AREA_PX) continue
    applyDefect(kind, relief, shape, random.integer(1 << 30))
    const boundsPx = rleBounds(rle)
    defects.push({ kind, rle, areaPx: rleArea(rle), boundsPx, roughBoxPx: roughen(boundsPx, relief, random) })
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
