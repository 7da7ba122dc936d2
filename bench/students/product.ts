import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Box, Size } from '../../src/core/geometry'
import type { LabelMap, RgbaImage, Rle } from '../../src/core/raster'
import { encodeHalf } from '../../src/ml/float16'
import { chooseCanvas, frameOf, placeOnCanvas, type NetworkFrame } from '../../src/ml/imaging/networkInput'
import { channelsLast, rgbPlanes } from '../../src/ml/imaging/planes'
import { composeTarget } from '../../src/ml/raster/composeTarget'
import { flip, type FlipAxis } from '../../src/ml/raster/flip'
import { rleFromBox } from '../../src/ml/raster/polygon'
import { rleFromPatch } from '../../src/ml/raster/rle'
import type { FeaturePack } from '../../src/ml/training'
import { extractFeatures } from '../../src/nn/onnx/embeddedFeatures'
import { readEmbeddedManifest } from '../../src/nn/onnx/embeddedManifest'
import { tensorOf, type InferenceSession } from '../../src/nn/onnx/session'
import { nodeOrtRuntime } from '../../src/runtime/__fixtures__/nodeOrt'

export { trainWithProduct } from './trainWithProduct'

/** An object of the training set as the product's target has it: its mask, or a box that nobody could resolve. */
export interface LabelledObject {
  readonly classIndex: number
  /** Column-major runs at image size; null for an unresolved box. */
  readonly counts: readonly number[] | null
  readonly boxPx: Box
}

/**
 * The product's own code between masks and a student, in node: canvas, class map, flips, frozen features. Loaded by Vite for
 * `prepareSet.mjs`.
 *
 * @param models folder of the embedded model's manifest and weights
 */
export async function openStudentTools(models: string) {
  const manifest = readEmbeddedManifest(JSON.parse(readFileSync(path.join(models, 'manifest.json'), 'utf8')))
  const encoder = await openGraph(path.join(models, manifest.files.encoder.file))
  return {
    multipleOf: manifest.input.multipleOf,
    chooseCanvas,
    /** The picture on the canvas, flipped copies of it, and where it lies. */
    place(picture: RgbaImage, canvas: Size): { readonly frame: NetworkFrame; readonly pixels: RgbaImage } {
      const frame = frameOf(picture, canvas)
      return { frame, pixels: placeOnCanvas(picture, frame) }
    },
    mirror: (picture: RgbaImage, axes: readonly FlipAxis[]): RgbaImage =>
      axes.reduce((raster, axis) => flip(raster, axis), picture),
    /** Class map at image size (`frame` null) or on the canvas. */
    classMap(image: Size, objects: readonly LabelledObject[], frame: NetworkFrame | null): LabelMap {
      return composeTarget(
        {
          image: { width: image.width, height: image.height },
          instances: objects.flatMap(({ counts, classIndex }) =>
            counts === null ? [] : [{ rle: rleOf(image, counts), classIndex }],
          ),
          ignoreUnder: objects.flatMap(({ counts, boxPx }) =>
            counts === null ? [rleFromBox(boxPx, image)] : [],
          ),
          ignoreOver: [],
        },
        frame,
      )
    },
    /** Column-major runs of a generator's patch at image size. */
    runsOf: (mask: LabelMap, boundsPx: Box, image: Size): number[] => [
      ...rleFromPatch(mask, boundsPx, { width: image.width, height: image.height }).counts,
    ],
    embedded: (picture: RgbaImage): Promise<FeaturePack> => extractFeatures(encoder, manifest, picture),
  }
}

/** Frozen features of MobileNetV2: `feat4` to `feat32` of RGB in -1..1. @param graph the feature graph's file */
export async function openMobileNet(graph: string): Promise<(picture: RgbaImage) => Promise<FeaturePack>> {
  const session = await openGraph(graph)
  return async (picture) => {
    const { width, height } = picture
    const planes = rgbPlanes(picture).map((value) => 2 * value - 1)
    const answer = await session.run({ pixel_values: { data: planes, dims: [1, 3, height, width] } })
    const levels = [4, 8, 16, 32].map((stride) => {
      const { data, dims } = tensorOf(answer, `feat${stride}`)
      const channels = dims[1]!
      return { stride, channels, data: encodeHalf(channelsLast(data, channels)) }
    })
    return { width, height, levels }
  }
}

function openGraph(file: string): Promise<InferenceSession> {
  return nodeOrtRuntime.open({ onnx: readFileSync(file), externalData: [] }, 'wasm')
}

function rleOf({ width, height }: Size, counts: readonly number[]): Rle {
  return { width, height, counts: Uint32Array.from(counts) }
}
