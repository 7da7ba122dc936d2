import * as v from 'valibot'
import { AppError } from '../core/errors'
import type { Size } from '../core/geometry'
import type { JsonObject } from '../core/json'
import type { ClassDef } from '../domain/records'

/** The backbone as a model names it: structural twin of the port's description. */
interface Backbone {
  readonly id: string
  readonly hash: string
  readonly levels: readonly { readonly stride: number; readonly channels: number }[]
}

/** `model.json`: all an engineer elsewhere needs to run `model.onnx`, in words and numbers. */
export interface ModelInfo {
  readonly format: 'maskwright-student'
  readonly version: 1
  readonly recipe: string
  readonly student: string
  readonly seed: number
  readonly params: JsonObject
  readonly classes: readonly { readonly name: string; readonly color: string }[]
  readonly input: Size & { readonly placement: string; readonly pixels: string }
  readonly backbone: {
    readonly id: string
    readonly sha256: string
    readonly levels: readonly { readonly stride: number; readonly channels: number }[]
    readonly preprocessing: string
  }
  readonly output: { readonly classes: string; readonly defect: string }
  readonly threshold: number
  readonly postprocessing: string
}

export function describeModel(input: {
  readonly studentId: string
  readonly recipe: string
  readonly seed: number
  readonly params: JsonObject
  readonly classes: readonly ClassDef[]
  readonly canvas: Size
  readonly backbone: Backbone
  readonly threshold: number
}): ModelInfo {
  return {
    format: 'maskwright-student',
    version: 1,
    recipe: input.recipe,
    student: input.studentId,
    seed: input.seed,
    params: input.params,
    classes: input.classes.map(({ name, color }) => ({ name, color })),
    input: {
      width: input.canvas.width,
      height: input.canvas.height,
      placement:
        'scale the image with its aspect kept until it fits, put it at the top left, repeat its last column and row over the rest',
      pixels: 'tensor "pixels", float32 (1, 3, height, width), RGB / 255',
    },
    backbone: {
      id: input.backbone.id,
      sha256: input.backbone.hash,
      levels: input.backbone.levels,
      preprocessing:
        'tensor "feat<stride>" for each level, float32 (1, channels, height / stride, width / stride), from the backbone run on the same placed image: (RGB / 255 - median) / max(std, 0.02) with median and population std of the luminance (mean of the three channels), clipped to -6..6, prompt all zero',
    },
    output: {
      classes:
        'float32 (1, classes + 1, height, width): softmax, channel 0 background, channel i + 1 is classes[i]',
      defect: 'float32 (1, 1, height, width): probability of any defect',
    },
    threshold: input.threshold,
    postprocessing:
      'cut the placed image out of "defect", resize it bilinearly (half-pixel centres) to the original size, threshold with >=, take 8-connected components, drop those under 4 px; the class of a component is the one of highest mean probability inside it',
  }
}

const schema = v.object({
  format: v.literal('maskwright-student'),
  version: v.literal(1),
  recipe: v.string(),
  student: v.string(),
  seed: v.number(),
  params: v.record(v.string(), v.any()),
  classes: v.pipe(v.array(v.object({ name: v.string(), color: v.string() })), v.minLength(1)),
  input: v.object({
    width: v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(4096)),
    height: v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(4096)),
    placement: v.string(),
    pixels: v.string(),
  }),
  backbone: v.object({
    id: v.string(),
    sha256: v.string(),
    levels: v.array(v.object({ stride: v.number(), channels: v.number() })),
    preprocessing: v.string(),
  }),
  output: v.object({ classes: v.string(), defect: v.string() }),
  threshold: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  postprocessing: v.string(),
})

/** Reads model.json. Throws `model/incompatible` with the field that is wrong, or when the backbone is another one. */
export function readModelInfo(text: string, backbone: Backbone): ModelInfo {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new AppError('model/incompatible', 'model.json is not readable JSON: export the model again', {
      cause,
    })
  }
  const parsed = v.safeParse(schema, json)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw new AppError('model/incompatible', `model.json: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`)
  }
  const info = parsed.output as ModelInfo
  if (info.backbone.sha256 !== backbone.hash) {
    throw new AppError(
      'model/incompatible',
      `the model was trained on backbone "${info.backbone.id}" (${info.backbone.sha256.slice(0, 12)}…), this app has "${backbone.id}" (${backbone.hash.slice(0, 12)}…): train it again here`,
    )
  }
  return info
}
