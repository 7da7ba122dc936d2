import type { JsonObject } from '../core/json'

/** A run of the paper's published code, in our words: which student, and which parameters differ from our defaults. */
export interface SourceRun {
  /** As the published code names it. */
  readonly name: string
  readonly studentId: string
  readonly params: JsonObject
}

/** What all runs of the published code share (boxes2pixels.md §6), validation by reviewed masks and early stop included. */
const SOURCE_CONSTANTS: JsonObject = {
  epochs: 200,
  patience: 25,
  seed: 42,
  batchSize: 1,
  learningRate: 5e-4,
  weightDecay: 1e-2,
  schedule: 'epoch',
  warmupSteps: 0,
  clipNorm: 1,
  emaDecay: 0.999,
  selfCorrection: true,
  correctionThreshold: 0.9,
  correctionWarmup: 0,
  correctionCap: 1,
  backgroundWeight: 0.4,
  defectWeight: 4,
  balanceClasses: false,
  binaryLossWeight: 0.5,
  diceBeta: 0.4,
  flips: 'none',
  photometric: false,
  longSide: 518,
  minimumPeak: 0,
}

const dino = (name: string, params: JsonObject = {}): SourceRun => ({
  name,
  studentId: 'dino-boxes2pixels',
  params: { ...SOURCE_CONSTANTS, detailBranch: true, binaryHead: true, bitfit: true, ...params },
})
const unet = (name: string, params: JsonObject = {}): SourceRun => ({
  name,
  studentId: 'unet',
  params: { ...SOURCE_CONSTANTS, base: 32, ...params },
})
const WITHOUT_CORRECTION = { selfCorrection: false }

/**
 * The runs of the published code whose networks are here (boxes2pixels.md §9). Without self-correction the published code
 * also divides the class loss by the sum of its weights; here both arms keep the plain mean, so that only one thing differs.
 */
export const SOURCE_RUNS: readonly SourceRun[] = [
  unet('unet'),
  unet('unet_no_selfcorr', WITHOUT_CORRECTION),
  dino('dino_final'),
  dino('dino_final_no_selfcorr', WITHOUT_CORRECTION),
  dino('abl_dino_final_burnin', { correctionWarmup: 5 }),
  dino('abl_dino_no_detail', { detailBranch: false }),
  dino('abl_dino_no_binary', { binaryHead: false }),
  dino('abl_dino_no_selfcorr', WITHOUT_CORRECTION),
]
