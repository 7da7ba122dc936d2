import type { ParamSpecs, ParamValues } from '../core/params'
import type { BackboneKind } from './training'

/** What a person (or `--params`) may set about a training run. Sources: methods of Boxes2Pixels, and our measurements. */
export const TRAINING_PARAMS = {
  epochs: { kind: 'number', label: 'Epochs', default: 30, min: 1, max: 400, step: 1 },
  seed: { kind: 'number', label: 'Seed', default: 0, min: 0, max: 999999, step: 1 },
  batchSize: { kind: 'number', label: 'Batch size', default: 8, min: 1, max: 32, step: 1, advanced: true },
  learningRate: {
    kind: 'number',
    label: 'Learning rate',
    default: 0.002,
    min: 0.00001,
    max: 0.1,
    step: 0.0001,
    advanced: true,
  },
  weightDecay: {
    kind: 'number',
    label: 'Weight decay',
    default: 0.01,
    min: 0,
    max: 1,
    step: 0.001,
    advanced: true,
  },
  warmupSteps: {
    kind: 'number',
    label: 'Learning-rate warm-up (steps)',
    default: 20,
    min: 0,
    max: 1000,
    step: 1,
    advanced: true,
  },
  schedule: {
    kind: 'choice',
    label: 'Cosine schedule moves',
    help: 'The learning rate falls to 0 over the run: after every step, or only between epochs as in the paper.',
    default: 'step',
    options: [
      { value: 'step', label: 'Every step' },
      { value: 'epoch', label: 'Every epoch' },
    ],
    advanced: true,
  },
  patience: {
    kind: 'number',
    label: 'Early stop (epochs without improvement; 0 = off)',
    help: 'Anomaly mIoU on the reviewed validation images; needs ten of them.',
    default: 0,
    min: 0,
    max: 400,
    step: 1,
    advanced: true,
  },
  clipNorm: {
    kind: 'number',
    label: 'Gradient clip (L2 norm)',
    default: 1,
    min: 0,
    max: 100,
    step: 0.1,
    advanced: true,
  },
  emaDecay: {
    kind: 'number',
    label: 'EMA decay (0 = off)',
    default: 0.99,
    min: 0,
    max: 0.9999,
    step: 0.0001,
    advanced: true,
  },
  selfCorrection: {
    kind: 'boolean',
    label: 'Self-correction',
    help: 'Background that the student is sure about becomes defect; a defect never becomes background.',
    // Off: where it was measured it raised no recall at equal precision (docs/decisions/0011).
    default: false,
  },
  correctionThreshold: {
    kind: 'number',
    label: 'Self-correction threshold',
    help: 'Probability above which background is relabelled.',
    default: 0.9,
    min: 0.5,
    max: 0.999,
    step: 0.005,
  },
  correctionWarmup: {
    kind: 'openNumber',
    label: 'Warm-up (epochs)',
    help: 'Epochs before self-correction begins; empty = 5 % of all epochs, at least one.',
    automatic: '5 % of epochs',
    default: null,
    min: 0,
    max: 200,
    step: 1,
  },
  correctionCap: {
    kind: 'number',
    label: 'Relabel at most (share of background)',
    default: 0.2,
    min: 0,
    max: 1,
    step: 0.01,
    advanced: true,
  },
  backgroundWeight: {
    kind: 'number',
    label: 'Class weight, background',
    default: 1,
    min: 0.01,
    max: 10,
    step: 0.05,
    advanced: true,
  },
  defectWeight: {
    kind: 'number',
    label: 'Class weight, defects',
    default: 1,
    min: 0.01,
    max: 50,
    step: 0.1,
    advanced: true,
  },
  balanceClasses: {
    kind: 'boolean',
    label: 'Balance classes by 1/sqrt(pixel share)',
    default: true,
    advanced: true,
  },
  binaryLossWeight: {
    kind: 'number',
    label: 'Weight of the binary loss',
    default: 0.5,
    min: 0,
    max: 1,
    step: 0.05,
    advanced: true,
  },
  diceBeta: {
    kind: 'number',
    label: 'Dice: weight of false positives',
    default: 0.4,
    min: 0,
    max: 2,
    step: 0.05,
    advanced: true,
  },
  flips: {
    kind: 'choice',
    label: 'Flips',
    help: 'Each flip is cached as its own features.',
    default: 'horizontal',
    options: [
      { value: 'none', label: 'None' },
      { value: 'horizontal', label: 'Horizontal' },
      { value: 'both', label: 'Horizontal and vertical' },
    ],
    advanced: true,
  },
  photometric: { kind: 'boolean', label: 'Brightness and contrast ±10 %', default: true, advanced: true },
  longSide: {
    kind: 'number',
    label: 'Input, long side (px; 0 = automatic)',
    default: 0,
    min: 0,
    max: 640,
    step: 32,
    advanced: true,
  },
  minimumPeak: {
    kind: 'number',
    label: 'Drop pieces that never reach (probability)',
    help: 'A piece is kept when its defect probability reaches this somewhere. Fewer false alarms on good parts, and fewer weak finds; 0 keeps all.',
    default: 0,
    min: 0,
    max: 0.999,
    step: 0.01,
    advanced: true,
  },
  maxMinutes: {
    kind: 'number',
    label: 'Stop after (minutes; 0 = no limit)',
    default: 0,
    min: 0,
    max: 600,
    step: 1,
    advanced: true,
  },
} as const satisfies ParamSpecs

export type TrainingParams = ParamValues<typeof TRAINING_PARAMS>

/** An untrained network can exceed the threshold by chance, so correction waits for this share of the run. */
const AUTOMATIC_WARMUP_SHARE = 0.05

/** The first epoch, from 0, in which labels are corrected (boxes2pixels.md §6). */
export function firstCorrectedEpoch({
  correctionWarmup,
  epochs,
}: Pick<TrainingParams, 'correctionWarmup' | 'epochs'>): number {
  return correctionWarmup ?? Math.max(1, Math.round(AUTOMATIC_WARMUP_SHARE * epochs))
}

/** A student as a menu sees it; `nn/students` holds the network under the same id. */
export interface StudentDescriptor {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly summary: string
  /** Kinds of backbone whose frozen features it takes; none: it sees the pixels only. */
  readonly backbones: readonly BackboneKind[]
  /** Sides of its input are multiples of this, besides what its backbone asks. */
  readonly multipleOf: number
  /**
   * Name of the switch among its parameters that puts the backbone inside the student, to be tuned with it; null: its
   * backbone is always frozen, or there is none.
   */
  readonly tuning: string | null
  readonly params: ParamSpecs
}

/** Parameters of the student `light`. */
export const LIGHT_PARAMS = {
  channels: { kind: 'number', label: 'Channels', default: 48, min: 8, max: 128, step: 8, advanced: true },
  dropout: {
    kind: 'number',
    label: 'Dropout (whole channels)',
    default: 0.1,
    min: 0,
    max: 0.5,
    step: 0.05,
    advanced: true,
  },
} as const satisfies ParamSpecs

/** Parameters of the student `unet`. */
export const UNET_PARAMS = {
  base: {
    kind: 'number',
    label: 'Channels at full size',
    help: '8 trains in minutes without a GPU (0.12 M parameters); the paper has 32 (1.9 M), about 16 times the work.',
    default: 8,
    min: 4,
    max: 64,
    step: 4,
    advanced: true,
  },
} as const satisfies ParamSpecs

/** Parameters of the student `dino-boxes2pixels`: the parts that the paper's ablations switch off. */
export const DINO_BOXES2PIXELS_PARAMS = {
  detailBranch: {
    kind: 'boolean',
    label: 'Detail branch',
    help: 'The picture at a quarter of its size beside the features. Without it a step takes several times the memory.',
    default: true,
    advanced: true,
  },
  binaryHead: {
    kind: 'boolean',
    label: 'Binary head',
    help: 'Without it the class head alone says where a defect is.',
    default: true,
    advanced: true,
  },
  bitfit: {
    kind: 'boolean',
    label: 'Train biases and norms of the backbone (BitFit)',
    help: 'As in the paper. 1.1 % of the trained parameters, but every step runs through the whole backbone: without a GPU it takes many times as long.',
    default: false,
    advanced: true,
  },
} as const satisfies ParamSpecs

export const STUDENT_DESCRIPTORS: readonly StudentDescriptor[] = [
  {
    id: 'light',
    version: 1,
    title: 'Light',
    summary:
      'Top-down decoder of about 0.13 M parameters on frozen features, with a class head and a binary head.',
    backbones: ['pyramid', 'tokens'],
    multipleOf: 1,
    tuning: null,
    params: LIGHT_PARAMS,
  },
  {
    id: 'unet',
    version: 1,
    title: 'U-Net',
    summary: 'The baseline of the paper: a small U-Net on the pixels alone, with one head, from scratch.',
    backbones: [],
    multipleOf: 8,
    tuning: null,
    params: UNET_PARAMS,
  },
  {
    id: 'dino-boxes2pixels',
    version: 1,
    title: 'Boxes2Pixels',
    summary:
      'The network of the paper: a decoder of 5.57 M parameters on DINOv2 tokens, with a detail branch, a class head and a binary head.',
    backbones: ['tokens'],
    multipleOf: 1,
    tuning: 'bitfit',
    params: DINO_BOXES2PIXELS_PARAMS,
  },
]
