import type { JobOptions } from '../../core/job'
import type { Rle } from '../../core/raster'
import type { ImageTarget } from '../../domain/trainingSet'
import type { ClassId, ImageId, ImageRecord } from '../../domain/records'
import { frameOf, placeOnCanvas } from '../../ml/imaging/networkInput'
import { composeTarget } from '../../ml/raster/composeTarget'
import { flip, type FlipAxis } from '../../ml/raster/flip'
import { dilate } from '../../ml/raster/morphology'
import { rleFromBox } from '../../ml/raster/polygon'
import { patchFromRle, rleBounds, rleFromPatch } from '../../ml/raster/rle'
import type { TrainingExample } from '../../ml/training'
import { clipBox, growBox, type Size } from '../../core/geometry'
import type { Workspace } from '../workspace'

/** How a picture is mirrored before its features are computed: cached features cannot be mirrored afterwards. */
export type Variant = readonly FlipAxis[]

export function variantsOf(flips: string): readonly Variant[] {
  if (flips === 'both') return [[], ['horizontal'], ['vertical'], ['horizontal', 'vertical']]
  return flips === 'horizontal' ? [[], ['horizontal']] : [[]]
}

/**
 * Turns the targets of a run into examples at the network's input size: picture, frozen features, class map.
 * Each variant is an example of its own with the same `imageIndex` (the position in `targets`).
 */
export async function buildExamples(
  workspace: Workspace,
  targets: readonly ImageTarget[],
  setup: {
    readonly canvas: Size
    readonly classIndex: ReadonlyMap<ClassId, number>
    readonly variants: readonly Variant[]
    readonly imageOf: (id: ImageId) => ImageRecord
    /** Null: no features, for a student that sees the pixels only. */
    readonly backboneId: string | null
  },
  { signal, onProgress }: JobOptions,
): Promise<TrainingExample[]> {
  const examples: TrainingExample[] = []
  const total = targets.length * setup.variants.length
  for (const [imageIndex, target] of targets.entries()) {
    const image = setup.imageOf(target.imageId)
    const picture = await workspace.pictures.decode(image)
    const frame = frameOf(image, setup.canvas)
    const pixels = placeOnCanvas(picture, frame)
    const rles = (hashes: ImageTarget['barredMasks']): Promise<Rle[]> =>
      Promise.all(hashes.map((hash) => workspace.pictures.rleOf(hash, image)))
    const instances = await Promise.all(
      target.masks.flatMap((mask) => {
        const classIndex = setup.classIndex.get(mask.classId)
        return classIndex === undefined
          ? []
          : [workspace.pictures.rleOf(mask.pixels, image).then((rle) => ({ rle, classIndex }))]
      }),
    )
    const content = {
      image,
      instances,
      ignoreUnder: [
        ...target.ignoreBoxesPx.map((box) => rleFromBox(box, image)),
        // Painted under the masks, so that only the rim is left of it.
        ...(await rles(target.rimmedMasks)).map((rle) => grown(rle, RIM_PX)),
      ],
      ignoreOver: await rles(target.ignoreMasks),
    }
    const classMap = composeTarget(content, frame)
    const barred = target.isConfirmedClean
      ? new Uint8Array(classMap.data.length).fill(1)
      : await barredPixels(await rles(target.barredMasks), image, frame)
    for (const variant of setup.variants) {
      signal.throwIfAborted()
      onProgress({ done: examples.length, total, note: `Features of ${image.fileName}` })
      const mirrored = variant.reduce((raster, axis) => flip(raster, axis), pixels)
      const key = `${image.pixels}:${variant.join('+') || 'plain'}`
      const features =
        setup.backboneId === null
          ? { ...setup.canvas, levels: [] }
          : await workspace.services.features.extract(setup.backboneId, key, mirrored, {
              signal,
              onProgress: () => {},
            })
      examples.push({
        imageIndex,
        features,
        pixels: mirrored,
        target: variant.reduce((raster, axis) => flip(raster, axis), classMap),
        barred:
          barred === null
            ? null
            : variant.reduce((raster, axis) => flip(raster, axis), { ...setup.canvas, data: barred }).data,
      })
    }
  }
  return examples
}

/** Of what the strongest places of a weak map are taken for (methods/cam-pseudo-masks.md §7, our reconstruction). */
const RIM_PX = 5

function grown(rle: Rle, byPx: number): Rle {
  const boundsPx = clipBox(growBox(rleBounds(rle), byPx), rle)
  return boundsPx === null ? rle : rleFromPatch(dilate(patchFromRle(rle, boundsPx), byPx), boundsPx, rle)
}

/** An epoch of a small project walks its pictures several times, or thirty epochs would be a few dozen steps. */
const EXAMPLES_PER_EPOCH = 128

/** Repeats the list as a whole as often as it fits into an epoch; large lists stay as they are. */
export function fillEpoch(examples: readonly TrainingExample[]): readonly TrainingExample[] {
  const times = Math.max(1, Math.floor(EXAMPLES_PER_EPOCH / Math.max(1, examples.length)))
  return Array.from({ length: times }, () => examples).flat()
}

/** 1 where a person said "this is not a defect": self-correction keeps off. */
async function barredPixels(
  rles: readonly Rle[],
  image: Size,
  frame: { readonly content: Size; readonly canvas: Size },
): Promise<Uint8Array | null> {
  if (rles.length === 0) return null
  const map = composeTarget(
    { image, instances: rles.map((rle) => ({ rle, classIndex: 1 })), ignoreUnder: [], ignoreOver: [] },
    frame,
  )
  return map.data.map((value) => (value === 1 ? 1 : 0))
}
