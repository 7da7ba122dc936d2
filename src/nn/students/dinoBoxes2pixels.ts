import type { DINO_BOXES2PIXELS_PARAMS } from '../../ml/trainingParams'
import { boxes2pixelsDecoder, PUBLISHED_WIDTHS } from './boxes2pixelsDecoder'
import { defineStudent } from './student'

/** The student of the paper (boxes2pixels.md §4) on frozen tokens of a vision transformer. */
export const dinoBoxes2pixels = defineStudent<typeof DINO_BOXES2PIXELS_PARAMS>({
  id: 'dino-boxes2pixels',
  version: 1,
  build({ classCount, levels }, { detailBranch, binaryHead }) {
    const parts = { hasDetail: detailBranch, hasBinaryHead: binaryHead }
    return boxes2pixelsDecoder(levels, classCount, parts, PUBLISHED_WIDTHS)
  },
})
