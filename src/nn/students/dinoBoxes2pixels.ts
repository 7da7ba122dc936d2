import { assert } from '../../core/assert'
import { AppError } from '../../core/errors'
import type { DINO_BOXES2PIXELS_PARAMS } from '../../ml/trainingParams'
import { createVit, type Vit } from '../vit/vit'
import { readVitWeights } from '../vit/vitWeights'
import { boxes2pixelsDecoder, PUBLISHED_WIDTHS } from './boxes2pixelsDecoder'
import { defineStudent, type StudentShape } from './student'
import { tokenLevels, withTunedBackbone } from './tunedBackbone'

/** Blocks whose tokens the decoder sees, from 0 (boxes2pixels.md §4 step 1). */
const TAPPED_BLOCKS = [1, 2, 4, 7]

/**
 * The student of the paper (boxes2pixels.md §4) on tokens of a vision transformer: frozen ones that were computed before,
 * or with `bitfit` those of the transformer inside, whose biases and norms are trained too. Then there are no levels and
 * the backbone's file is among the shape.
 */
export const dinoBoxes2pixels = defineStudent<typeof DINO_BOXES2PIXELS_PARAMS>({
  id: 'dino-boxes2pixels',
  version: 1,
  build(shape, { detailBranch, binaryHead, bitfit }) {
    const { classCount, levels } = shape
    const parts = { hasDetail: detailBranch, hasBinaryHead: binaryHead, hasFrozenFeatures: !bitfit }
    if (!bitfit) return boxes2pixelsDecoder(levels, classCount, parts, PUBLISHED_WIDTHS)
    assert(levels.length === 0, 'a student with its backbone inside takes no features')
    const vit = tunedVit(shape)
    return withTunedBackbone(vit, boxes2pixelsDecoder(tokenLevels(vit), classCount, parts, PUBLISHED_WIDTHS))
  },
})

/** Throws `model/missing` without a file, `model/incompatible` for one that does not fit the picture or the taps. */
function tunedVit({ backboneWeights, input: { width, height } }: StudentShape): Vit {
  if (backboneWeights === null) {
    throw new AppError(
      'model/missing',
      'training the biases and norms of the backbone (BitFit) needs the file of a DINOv2 model; choose one as backbone, or switch BitFit off',
    )
  }
  const weights = readVitWeights(backboneWeights, 'the backbone')
  const { patch, depth } = weights.dims
  if (depth <= TAPPED_BLOCKS.at(-1)!) {
    throw new AppError('model/incompatible', `the backbone has ${depth} blocks, at least 8 are needed`)
  }
  if (width % patch !== 0 || height % patch !== 0) {
    throw new AppError(
      'model/incompatible',
      `the input of ${width} x ${height} pixels is no multiple of the backbone's patches of ${patch} pixels`,
    )
  }
  return createVit(weights, { rows: height / patch, columns: width / patch, taps: TAPPED_BLOCKS })
}
