import type { Box } from '../../core/geometry'
import { predictIou } from '../candidateScorer'
import { gaussianBlur } from '../imaging/gaussianBlur'
import { otsuInBox } from '../imaging/otsu'
import { sigmoid } from '../sigmoid'
import { boxTightThreshold, isSparse, OTSU_BINS } from './boxTight'
import { candidateFeatures, CANDIDATE_KINDS, type CandidateKind, type CutMap } from './candidateFeatures'
import { boxRamp, evidenceOf, type ChoosingCalibration } from './candidateMaps'
import type { CropAnswer } from './generator'
import type { RankedCandidate } from './rankedCandidate'

/**
 * Several masks from one answer, best first. No single rule fits every defect: a crack wants the sharp mask, a worn
 * region the whole box, a dark spot what the grey values say. A scorer trained on procedural pictures guesses the IoU of
 * each; the preferred kind stays first unless another is predicted to be better by more than a margin.
 *
 * Only the answer's first mask is read: models with a scorer have one. Twin of training/candidates.py and scorer.py.
 *
 * @param luminance (rows, columns) of the answer's grid, 0..1, not standardised
 */
export function rankCandidates(
  answer: CropAnswer & { readonly calibration: ChoosingCalibration },
  luminance: Float32Array,
  boxPx: Box,
): RankedCandidate[] {
  const { frame, calibration } = answer
  const { choice } = calibration
  const source = answer.candidates[0]!
  const probability = source.logits.map(sigmoid)
  const evidence = evidenceOf(probability, luminance, frame, calibration, boxPx)
  const otsu = otsuInBox(luminance, evidence.inside, OTSU_BINS)
  const blurred = gaussianBlur({ ...otsu, data: Float32Array.from(otsu.data) }, calibration.blurPx).data
  const cuts = cutMaps()
  const features = candidateFeatures(cuts, {
    ...evidence,
    probability,
    luminance,
    otsu,
    frame,
    boxPx,
    quality: source.predictedIou ?? 0,
  })
  const ranked = CANDIDATE_KINDS.map((kind) => {
    const row = features[kind]
    const predictedIou = predictIou(
      choice.scorer,
      choice.scorer.features.map((name) => row[name]!),
    )
    return { kind, ...cuts[kind], predictedIou, source }
  })
  const worth = ({ kind, predictedIou }: (typeof ranked)[number]): number =>
    predictedIou + (kind === choice.preferredKind ? choice.preferredMargin : 0)
  return ranked.toSorted((a, b) => worth(b) - worth(a))

  function cutMaps(): { readonly [kind in CandidateKind]: CutMap } {
    const { refined, adapted, guided } = evidence
    const fused = probability.map(
      (value, p) => calibration.networkWeight * value + calibration.otsuWeight * blurred[p]!,
    )
    const blend = probability.map((value, p) => 0.5 * value + 0.5 * blurred[p]!)
    const fitted = isSparse(refined, answer, boxPx)
      ? calibration.sparseThreshold
      : boxTightThreshold(refined, answer, boxPx, choice.minimalThreshold)
    return {
      fitted: { map: refined, threshold: fitted },
      spanning: { map: refined, threshold: boxTightThreshold(refined, answer, boxPx) },
      even: { map: refined, threshold: 0.5 },
      bold: { map: refined, threshold: 0.3 },
      fine: { map: refined, threshold: 0.7 },
      network: { map: probability, threshold: 0.5 },
      wide: { map: probability, threshold: 0.25 },
      sharp: { map: probability, threshold: 0.75 },
      thin: { map: fused, threshold: calibration.sparseThreshold },
      'fused-tight': { map: fused, threshold: boxTightThreshold(fused, answer, boxPx) },
      adapted: { map: adapted, threshold: 0.5 },
      guided: { map: guided, threshold: 0.5 },
      otsu: { map: blurred, threshold: 0.5 },
      blend: { map: blend, threshold: 0.5 },
      box: { map: boxRamp(frame, boxPx), threshold: 0.5 },
    }
  }
}
