import type { ParamSpecs, ParamValues } from '../../core/params'

/** What a person (or `--params`) may set about masks from image labels. Source of the values: methods/cam-pseudo-masks.md §9. */

/** Stage A: the defect-focus classifier. */
export const CLASSIFIER_PARAMS = {
  classifierEpochs: { kind: 'number', label: 'Epochs', default: 12, min: 1, max: 400, step: 1 },
  seed: { kind: 'number', label: 'Seed', default: 0, min: 0, max: 999999, step: 1 },
  pooling: {
    kind: 'choice',
    label: 'An image is as defective as',
    help: 'Small defects drown in the mean of the whole image; the strongest 1 % of its places do not.',
    default: 'top',
    options: [
      { value: 'top', label: 'its strongest 1 %' },
      { value: 'mean', label: 'its mean (classic CAM)' },
    ],
  },
  contrastive: {
    kind: 'boolean',
    label: 'Contrastive learning',
    help: 'The surroundings of a defect must look like a clean image, the defect must not.',
    default: true,
  },
  guidedCrops: {
    kind: 'boolean',
    label: 'Guided crops',
    help: 'From time to time the classifier looks closer at what it takes for the defect.',
    default: true,
  },
  finestStride: {
    kind: 'choice',
    label: 'Finest features',
    help: 'The classifier looks at these and at the next coarser ones.',
    default: '8',
    options: [
      { value: '4', label: 'Every 4 px' },
      { value: '8', label: 'Every 8 px' },
      { value: '16', label: 'Every 16 px' },
    ],
    advanced: true,
  },
  classifierChannels: {
    kind: 'number',
    label: 'Channels',
    default: 16,
    min: 8,
    max: 128,
    step: 8,
    advanced: true,
  },
  classifierBatch: {
    kind: 'number',
    label: 'Images a step',
    default: 8,
    min: 8,
    max: 32,
    step: 2,
    advanced: true,
  },
  classifierRate: {
    kind: 'number',
    label: 'Learning rate',
    default: 0.002,
    min: 0.00001,
    max: 0.1,
    step: 0.0001,
    advanced: true,
  },
  classifierDecay: {
    kind: 'number',
    label: 'Weight decay',
    default: 0.01,
    min: 0,
    max: 1,
    step: 0.001,
    advanced: true,
  },
  contrastWeight: {
    kind: 'number',
    label: 'Weight of the contrastive loss',
    default: 0.1,
    min: 0,
    max: 2,
    step: 0.05,
    advanced: true,
  },
  contrastTemperature: {
    kind: 'number',
    label: 'Temperature of the contrastive loss',
    default: 0.1,
    min: 0.01,
    max: 1,
    step: 0.01,
    advanced: true,
  },
  /** First epoch, from 0, with the contrastive loss and with guided crops. */
  focusFrom: {
    kind: 'number',
    label: 'Contrast and crops from epoch',
    default: 5,
    min: 0,
    max: 100,
    step: 1,
    advanced: true,
  },
  refreshEvery: {
    kind: 'number',
    label: 'New crops every (epochs)',
    default: 5,
    min: 1,
    max: 100,
    step: 1,
    advanced: true,
  },
  cropThreshold: {
    kind: 'number',
    label: 'Crop around activations above',
    default: 0.1,
    min: 0.01,
    max: 0.9,
    step: 0.01,
    advanced: true,
  },
  classifierSide: {
    kind: 'number',
    label: 'Input, long side (px; 0 = automatic)',
    help: 'Defects a few pixels wide need the picture near its own size.',
    default: 0,
    min: 0,
    max: 1280,
    step: 32,
    advanced: true,
  },
} as const satisfies ParamSpecs

/** Stages B and C: the activation map and its extension. */
export const CAM_PARAMS = {
  camMethod: {
    kind: 'choice',
    label: 'Activation map',
    default: 'class-map',
    options: [
      { value: 'class-map', label: 'Class map' },
      { value: 'zoom', label: 'Class map, looked at closer' },
      { value: 'layer-cam', label: 'LayerCAM' },
      { value: 'grad-cam', label: 'Grad-CAM' },
      { value: 'grad-cam-plus-plus', label: 'Grad-CAM++' },
    ],
  },
  camScales: {
    kind: 'choice',
    label: 'Looked at in sizes',
    default: 'one',
    options: [
      { value: 'one', label: 'As it is' },
      { value: 'three', label: 'As it is, half, one and a half' },
      { value: 'four', label: 'As it is, half, one and a half, double' },
    ],
    advanced: true,
  },
  camFlip: { kind: 'boolean', label: 'Also upside down', default: true, advanced: true },
  inpainting: {
    kind: 'boolean',
    label: 'Inpainting extension',
    help: 'Paints over what was found and asks again: what still looks defective is a further part.',
    // Off: where it was measured it changed no mask of the default rule (docs/decisions/0016).
    default: false,
  },
  inpaintRounds: {
    kind: 'number',
    label: 'Rounds of inpainting',
    default: 4,
    min: 1,
    max: 10,
    step: 1,
    advanced: true,
  },
  stopScore: {
    kind: 'number',
    label: 'Stop when the score falls below',
    default: 0.5,
    min: 0.05,
    max: 0.95,
    step: 0.05,
    advanced: true,
  },
  addThreshold: {
    kind: 'number',
    label: 'Paint over activations above',
    default: 0.5,
    min: 0.1,
    max: 0.9,
    step: 0.05,
    advanced: true,
  },
  maximalShare: {
    kind: 'number',
    label: 'Never paint over more than (share of the image)',
    default: 0.5,
    min: 0.05,
    max: 0.9,
    step: 0.05,
    advanced: true,
  },
  registered: {
    kind: 'boolean',
    label: 'Parts lie alike in all pictures',
    help: 'Then clean pictures of the same size say what normal surface looks like: painted over is by the median of the eight nearest.',
    default: false,
    advanced: true,
  },
  sharpen: {
    kind: 'choice',
    label: 'Sharpen by what the inpainting changed',
    default: 'auto',
    options: [
      { value: 'auto', label: 'On even surfaces' },
      { value: 'on', label: 'Always' },
      { value: 'off', label: 'Never' },
    ],
    advanced: true,
  },
} as const satisfies ParamSpecs

/** Stage D: from the map to masks. */
export const PSEUDO_LABEL_PARAMS = {
  maskFrom: {
    kind: 'choice',
    label: 'Masks by',
    default: 'mixed',
    options: [
      { value: 'threshold', label: 'A threshold on the map' },
      { value: 'mixed', label: 'What stands out; where it is wide, the segmenter' },
      { value: 'contrast', label: 'What stands out near the map' },
      { value: 'crf', label: 'Dense CRF' },
      { value: 'prompts', label: 'Peaks as prompts of the segmenter' },
    ],
  },
  foreground: {
    kind: 'number',
    label: 'Defect where the map exceeds',
    default: 0.3,
    min: 0.02,
    max: 0.95,
    step: 0.01,
  },
  background: {
    kind: 'number',
    label: 'Background where the map stays below',
    default: 0.05,
    min: 0,
    max: 0.9,
    step: 0.01,
    advanced: true,
  },
  contrast: {
    kind: 'number',
    label: 'Stands out by (standard deviations)',
    help: 'Of the picture around it; used when masks are what stands out near the map.',
    default: 1.5,
    min: 0.5,
    max: 10,
    step: 0.1,
  },
  wideFrom: {
    kind: 'number',
    label: 'Wide from (px, long side 640)',
    help: 'What stands out is seen against its surroundings; a defect so wide fills them, and the segmenter is asked instead.',
    default: 30,
    min: 1,
    max: 640,
    step: 1,
    advanced: true,
  },
  polarity: {
    kind: 'choice',
    label: 'Defects are',
    default: 'auto',
    options: [
      { value: 'auto', label: 'darker or brighter, as most images say' },
      { value: 'dark', label: 'darker than their surroundings' },
      { value: 'bright', label: 'brighter than their surroundings' },
    ],
    advanced: true,
  },
  reach: {
    kind: 'number',
    label: 'Near the map: where it, blurred, exceeds',
    default: 0.02,
    min: 0,
    max: 0.9,
    step: 0.01,
    advanced: true,
  },
  backgroundPower: {
    kind: 'number',
    label: 'Power of the background score',
    help: 'Background = (1 - map) to this power; larger means less background.',
    default: 4,
    min: 1,
    max: 32,
    step: 1,
    advanced: true,
  },
  crfFrom: {
    kind: 'choice',
    label: 'CRF: starts from',
    help: 'Seeds go well with a likeness range of 50 px and 5 colour levels.',
    default: 'power',
    options: [
      { value: 'power', label: 'The map and its background score' },
      { value: 'seeds', label: 'Seeds: surely defect, surely background' },
    ],
    advanced: true,
  },
  crfSmoothWeight: {
    kind: 'number',
    label: 'CRF: smoothness',
    default: 3,
    min: 0,
    max: 50,
    step: 0.5,
    advanced: true,
  },
  crfSmoothPx: {
    kind: 'number',
    label: 'CRF: smoothness range (px)',
    default: 3,
    min: 1,
    max: 50,
    step: 1,
    advanced: true,
  },
  crfColourWeight: {
    kind: 'number',
    label: 'CRF: likeness',
    default: 10,
    min: 0,
    max: 50,
    step: 0.5,
    advanced: true,
  },
  crfColourPx: {
    kind: 'number',
    label: 'CRF: likeness range (px)',
    default: 80,
    min: 1,
    max: 300,
    step: 1,
    advanced: true,
  },
  crfColourLevels: {
    kind: 'number',
    label: 'CRF: likeness, colour levels',
    default: 13,
    min: 1,
    max: 100,
    step: 1,
    advanced: true,
  },
  crfIterations: {
    kind: 'number',
    label: 'CRF: iterations',
    default: 10,
    min: 1,
    max: 50,
    step: 1,
    advanced: true,
  },
} as const satisfies ParamSpecs

export const TAG_PARAMS = { ...CLASSIFIER_PARAMS, ...CAM_PARAMS, ...PSEUDO_LABEL_PARAMS } as const

export type ClassifierParams = ParamValues<typeof CLASSIFIER_PARAMS>
export type CamParams = ParamValues<typeof CAM_PARAMS>
export type PseudoLabelParams = ParamValues<typeof PSEUDO_LABEL_PARAMS>
export type TagParams = ParamValues<typeof TAG_PARAMS>

/** Fully connected CRF (Kraehenbuehl and Koltun 2011): weights and ranges of the two Potts terms. Ranges in pixels of the picture it runs on. */
export interface CrfParams {
  readonly smoothWeight: number
  readonly smoothPx: number
  readonly colourWeight: number
  readonly colourPx: number
  readonly colourLevels: number
  readonly iterations: number
}
