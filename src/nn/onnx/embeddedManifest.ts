import { AppError } from '../../core/errors'
import { readCandidateChoice } from '../../ml/candidateScorer'
import type { MaskCalibration } from '../../ml/generators/generator'

/** One file of a model, relative to the folder of the manifest. */
export interface ModelFile {
  readonly file: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

/** What a plane of the prompt tensor shows; `embeddedPrompt.ts` draws them. */
const PROMPT_CHANNELS = ['box', 'positive', 'negative', 'previous'] as const
export type PromptChannel = (typeof PROMPT_CHANNELS)[number]

/** What `public/models/manifest.json` says about the embedded model (written by training/export.py). */
export interface EmbeddedModel {
  readonly id: string
  readonly title: string
  readonly modelVersion: number
  readonly license: string
  readonly files: { readonly encoder: ModelFile; readonly decoder: ModelFile }
  readonly input: { readonly cropSide: number; readonly cropFactor: number; readonly multipleOf: number }
  readonly prompt: {
    /** In the order of the tensor's planes; the first is the box. */
    readonly channels: readonly PromptChannel[]
    /** Radius of a click's disc, pixels of the crop's grid; 0 for a model without clicks. */
    readonly clickRadius: number
  }
  readonly tensors: {
    readonly image: string
    readonly prompt: string
    readonly features: readonly {
      readonly name: string
      readonly stride: number
      readonly channels: number
    }[]
    readonly logits: string
    readonly quality: string
  }
  readonly standardise: { readonly stdFloor: number; readonly clip: number }
  readonly calibration: MaskCalibration & {
    /** Run the mirrored crop too, and take the mean. */
    readonly flip: boolean
  }
}

const STANDARDISE_RULE = 'scalar-luminance-median-std'
const CALIBRATION_RULE = 'fused-box-tight'

/**
 * Reads the manifest's first model. Every prompt channel must be one we can draw, or it would be fed wrongly.
 * Throws `model/incompatible` naming the field that is absent or means something else.
 */
export function readEmbeddedManifest(json: unknown): EmbeddedModel {
  const root = objectAt(json, 'manifest')
  const models = listAt(root, 'models', 'manifest')
  const model = objectAt(models[0], 'models[0]')
  const files = objectAt(model.files, 'files')
  const input = objectAt(model.input, 'input')
  const tensors = objectAt(model.tensors, 'tensors')
  const standardise = objectAt(model.standardise, 'standardise')
  const calibration = objectAt(model.calibration, 'calibration')
  const prompt = objectAt(model.prompt, 'prompt')
  expectValue(standardise.rule, STANDARDISE_RULE, 'standardise.rule')
  expectValue(calibration.rule, CALIBRATION_RULE, 'calibration.rule')
  const channels = promptChannelsAt(prompt)
  return {
    id: textAt(model, 'id', 'model'),
    title: textAt(model, 'title', 'model'),
    modelVersion: numberAt(model, 'modelVersion', 'model'),
    license: textAt(model, 'license', 'model'),
    files: { encoder: fileAt(files, 'encoder'), decoder: fileAt(files, 'decoder') },
    input: {
      cropSide: numberAt(input, 'cropSide', 'input'),
      cropFactor: numberAt(input, 'cropFactor', 'input'),
      multipleOf: numberAt(input, 'multipleOf', 'input'),
    },
    prompt: {
      channels,
      clickRadius: channels.length > 1 ? numberAt(prompt, 'clickRadius', 'prompt') : 0,
    },
    tensors: {
      image: textAt(tensors, 'image', 'tensors'),
      prompt: textAt(tensors, 'prompt', 'tensors'),
      features: listAt(tensors, 'features', 'tensors').map((entry, i) => {
        const where = `tensors.features[${i}]`
        const feature = objectAt(entry, where)
        return {
          name: textAt(feature, 'name', where),
          stride: numberAt(feature, 'stride', where),
          channels: numberAt(feature, 'channels', where),
        }
      }),
      logits: textAt(tensors, 'logits', 'tensors'),
      quality: textAt(tensors, 'quality', 'tensors'),
    },
    standardise: {
      stdFloor: numberAt(standardise, 'stdFloor', 'standardise'),
      clip: numberAt(standardise, 'clip', 'standardise'),
    },
    calibration: {
      networkWeight: numberAt(calibration, 'networkWeight', 'calibration'),
      otsuWeight: numberAt(calibration, 'otsuWeight', 'calibration'),
      blurPx: numberAt(calibration, 'blurPx', 'calibration'),
      flip: calibration.flip === true,
      keepInsideBoxDilated: numberAt(calibration, 'keepInsideBoxDilated', 'calibration'),
      iouExponent: numberAt(calibration, 'iouExponent', 'calibration'),
      sparseFill: numberAt(calibration, 'sparseFill', 'calibration'),
      sparseThreshold: numberAt(calibration, 'sparseThreshold', 'calibration'),
      ...(calibration.choice === undefined ? {} : { choice: readCandidateChoice(calibration.choice) }),
    },
  }
}

type Fields = { readonly [name: string]: unknown }

function incompatible(what: string): AppError {
  return new AppError(
    'model/incompatible',
    `the model manifest does not fit this version of the app: ${what}`,
  )
}

function objectAt(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null) throw incompatible(`${where} is not an object`)
  return value as Fields
}

function listAt(fields: Fields, name: string, where: string): readonly unknown[] {
  const value = fields[name]
  if (!Array.isArray(value)) throw incompatible(`${where}.${name} is not a list`)
  return value
}

function textAt(fields: Fields, name: string, where: string): string {
  const value = fields[name]
  if (typeof value !== 'string') throw incompatible(`${where}.${name} is not a text`)
  return value
}

function numberAt(fields: Fields, name: string, where: string): number {
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw incompatible(`${where}.${name} is not a number`)
  return value
}

function fileAt(files: Fields, name: string): ModelFile {
  const where = `files.${name}`
  const entry = objectAt(files[name], where)
  const file = textAt(entry, 'file', where)
  if (!/^[\w.-]+$/.test(file)) throw incompatible(`${where}.file is not a plain file name: ${file}`)
  return { file, bytes: numberAt(entry, 'bytes', where), sha256: textAt(entry, 'sha256', where) }
}

function promptChannelsAt(prompt: Fields): readonly PromptChannel[] {
  const names = listAt(prompt, 'channels', 'prompt')
  if (names[0] !== 'box' || new Set(names).size !== names.length)
    throw incompatible(
      `prompt.channels is ${JSON.stringify(names)}, it must start with "box", each name once`,
    )
  return names.map((name) => {
    const known = PROMPT_CHANNELS.find((channel) => channel === name)
    if (known === undefined)
      throw incompatible(`prompt.channels names ${JSON.stringify(name)}, which is unknown`)
    return known
  })
}

function expectValue(value: unknown, expected: string, where: string): void {
  if (value !== expected)
    throw incompatible(`${where} is ${JSON.stringify(value)}, this version knows "${expected}"`)
}
