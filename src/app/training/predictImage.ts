import { AppError } from '../../core/errors'
import type { Box, Size } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { RgbaImage, Rle, ScoreMap } from '../../core/raster'
import { frameOf, placeOnCanvas, type NetworkFrame } from '../../ml/imaging/networkInput'
import { topShareScore } from '../../ml/metrics/topShareScore'
import { connectedComponents } from '../../ml/raster/components'
import { resizeScores } from '../../ml/raster/resize'
import { rleFromPatch } from '../../ml/raster/rle'
import type { FeaturePack } from '../../ml/training'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import type { StudentAnswer, StudentRunner } from '../../ports/studentRunner'

export interface PredictedInstance {
  /** Index into the model's classes. */
  readonly classIndex: number
  readonly rle: Rle
  readonly boundsPx: Box
  readonly areaPx: number
  /** Mean defect probability inside, 0..1. */
  readonly score: number
}

export interface ImagePrediction {
  readonly instances: readonly PredictedInstance[]
  /** Highest defect probability of the image, or the mean of the model's share of the highest, 0..1. */
  readonly imageScore: number
  /** Defect probability at original size, row-major. */
  readonly defect: ScoreMap
  /** The student's own answer, for scores that need the class head. */
  readonly answer: StudentAnswer
  readonly frame: NetworkFrame
}

export interface StudentModel {
  /** Names the weights: sessions are cached by it. */
  readonly key: string
  readonly onnx: Uint8Array<ArrayBuffer>
  readonly canvas: Size
  readonly classCount: number
  readonly threshold: number
  /** Smaller components are dropped. */
  readonly minimumAreaPx: number
  /** An instance reaches this defect probability somewhere; 0: no such rule. */
  readonly minimumPeak: number
  /** As in `ModelFacts`. */
  readonly imageScoreShare: number
  /** Whose features it takes; null: the pixels are all it takes. */
  readonly backboneId: string | null
}

/** Runs a student on one picture: probabilities at original size, then instances at the operating point. */
export async function predictImage(
  services: { readonly features: FeatureExtractor; readonly studentRunner: StudentRunner },
  model: StudentModel,
  image: { readonly key: string; readonly picture: RgbaImage },
  options: JobOptions,
): Promise<ImagePrediction> {
  const frame = frameOf(image.picture, model.canvas)
  const pixels = placeOnCanvas(image.picture, frame)
  const features: FeaturePack =
    model.backboneId === null
      ? { ...model.canvas, levels: [] }
      : await services.features.extract(model.backboneId, `${image.key}:plain`, pixels, options)
  const answer = await services.studentRunner.run(model.key, model.onnx, features, pixels, options)
  const channels = answer.classes.length / (answer.width * answer.height)
  if (channels !== model.classCount + 1)
    throw new AppError(
      'model/incompatible',
      `model.onnx tells ${channels - 1} classes apart, model.json names ${model.classCount}: the two files belong to different models`,
    )
  // Probabilities are resized, not masks: the threshold comes last.
  const defect = resizeScores(cutContent(answer.defect, frame), image.picture)
  const instances = instancesOf(defect, answer, frame, model)
  const imageScore = topShareScore(defect.data, model.imageScoreShare)
  return { instances, imageScore, defect, answer, frame }
}

/** The part of a canvas-sized map that belongs to the picture. */
export function cutContent(map: Float32Array, { content, canvas }: NetworkFrame): ScoreMap {
  const data = new Float32Array(content.width * content.height)
  for (let y = 0; y < content.height; y++) {
    data.set(map.subarray(y * canvas.width, y * canvas.width + content.width), y * content.width)
  }
  return { ...content, data }
}

function instancesOf(
  defect: ScoreMap,
  answer: StudentAnswer,
  frame: NetworkFrame,
  model: StudentModel,
): PredictedInstance[] {
  const mask = {
    width: defect.width,
    height: defect.height,
    data: Uint8Array.from(defect.data, (value) => (value >= model.threshold ? 1 : 0)),
  }
  return connectedComponents(mask, 8)
    .filter((component) => component.areaPx >= model.minimumAreaPx)
    .flatMap(({ areaPx, boundsPx, mask: patch }) => {
      let sum = 0
      let peak = 0
      const votes = new Float64Array(model.classCount)
      for (let y = 0; y < patch.height; y++) {
        for (let x = 0; x < patch.width; x++) {
          if (patch.data[y * patch.width + x] === 0) continue
          const px = boundsPx.x + x
          const py = boundsPx.y + y
          const probability = defect.data[py * defect.width + px]!
          sum += probability
          if (probability > peak) peak = probability
          vote(votes, answer, frame, px / defect.width, py / defect.height)
        }
      }
      if (peak < model.minimumPeak) return []
      let classIndex = 0
      for (let c = 1; c < votes.length; c++) if (votes[c]! > votes[classIndex]!) classIndex = c
      const rle = rleFromPatch(patch, boundsPx, defect)
      return [{ classIndex, rle, boundsPx, areaPx, score: sum / areaPx }]
    })
}

/** Adds the class head's probabilities at a relative position of the picture. A whole component decides together. */
function vote(
  votes: Float64Array,
  answer: StudentAnswer,
  { content }: NetworkFrame,
  u: number,
  v: number,
): void {
  const x = Math.min(content.width - 1, Math.floor(u * content.width))
  const y = Math.min(content.height - 1, Math.floor(v * content.height))
  const plane = answer.width * answer.height
  for (let c = 0; c < votes.length; c++)
    votes[c] = votes[c]! + answer.classes[(c + 1) * plane + y * answer.width + x]!
}
