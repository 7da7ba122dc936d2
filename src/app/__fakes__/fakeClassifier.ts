import { decodeHalf, encodeHalf } from '../../ml/float16'
import type { ClassifierAnswer, ClassifierView, TrainedClassifier } from '../../ml/cam/classifier'
import type { FeaturePack } from '../../ml/training'
import type { RgbaImage } from '../../core/raster'
import type { DefectClassifier } from '../../ports/defectClassifier'

/** Frozen features of the fakes: channel 0 is the share of dark pixels in a cell, channel 1 nothing. */
export function darknessFeatures({ width, height, data }: RgbaImage): FeaturePack {
  const [columns, rows] = [width / 4, height / 4]
  const values = new Float32Array(columns * rows * 2)
  for (let y = 0; y < rows * 4; y++)
    for (let x = 0; x < columns * 4; x++)
      if (data[4 * (y * width + x)]! < 100) values[2 * ((y >> 2) * columns + (x >> 2))]! += 1 / 16
  return { width, height, levels: [{ stride: 4, channels: 2, data: encodeHalf(values) }] }
}

export interface FakeClassifier extends DefectClassifier {
  /** How many crops the training asked for. */
  readonly cropsAskedFor: () => number
  /** Every training fails or ends like this from now on. */
  readonly trainedWith: (facts: Partial<TrainedClassifier>) => void
}

/** "Sees" darkness: its map is the share of dark pixels, its score .9 where there is any, else .1. Learns nothing. */
export function fakeClassifier(): FakeClassifier {
  let crops = 0
  let facts: Partial<TrainedClassifier> = {}
  return {
    cropsAskedFor: () => crops,
    trainedWith: (given) => {
      facts = given
    },
    train: (spec, examples, _validation, previews, cropFeatures, onEvent) => {
      const finished = async (): Promise<TrainedClassifier> => {
        onEvent({ kind: 'backend', backend: 'cpu', note: 'fake' })
        const request = { imageIndex: examples[0]!.imageIndex, rect: { x: 0, y: 0, width: 0.5, height: 0.5 } }
        crops += (await cropFeatures([request])).length
        const report = { epoch: 0, epochs: 1, loss: 0.5, lossClasses: 0.4, lossContrast: 1, seconds: 1 }
        onEvent({ kind: 'epoch', report: { ...report, trainingAp: 1, validationAp: null, crops } })
        for (const imageIndex of previews)
          onEvent({
            kind: 'cam',
            epoch: 0,
            imageIndex,
            classIndex: 0,
            width: 2,
            height: 1,
            map: Uint8Array.of(0, 255),
          })
        return {
          bytes: Uint8Array.of(spec.classCount),
          epoch: 0,
          stoppedEarly: false,
          trainingAp: 1,
          validationAp: null,
          seconds: 1,
          ...facts,
        }
      }
      return { stop: () => {}, finished: finished() }
    },
    look: async ({ bytes }, view) => darknessAnswer(view, bytes[0]!),
  }
}

function darknessAnswer({ features, content }: ClassifierView, classCount: number): ClassifierAnswer {
  const values = decodeHalf(features.levels[0]!.data)
  const columns = features.width / 4
  const [width, height] = [Math.ceil(content.width / 4), Math.ceil(content.height / 4)]
  const maps = new Float32Array(classCount * width * height)
  for (let k = 0; k < classCount; k++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) maps[(k * height + y) * width + x] = values[2 * (y * columns + x)]!
  const isDark = maps.some((value) => value > 0)
  return { scores: new Float32Array(classCount).fill(isDark ? 0.9 : 0.1), width, height, maps }
}
