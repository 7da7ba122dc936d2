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
  readonly preprocessing: string
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
  /** Null: the network takes the pixels only. */
  readonly backbone: {
    readonly id: string
    readonly sha256: string
    readonly levels: readonly { readonly stride: number; readonly channels: number }[]
    readonly preprocessing: string
  } | null
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
  readonly backbone: Backbone | null
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
    backbone:
      input.backbone === null
        ? null
        : {
            id: input.backbone.id,
            sha256: input.backbone.hash,
            levels: input.backbone.levels,
            preprocessing: input.backbone.preprocessing,
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
  backbone: v.nullable(
    v.object({
      id: v.string(),
      sha256: v.string(),
      levels: v.array(v.object({ stride: v.number(), channels: v.number() })),
      preprocessing: v.string(),
    }),
  ),
  output: v.object({ classes: v.string(), defect: v.string() }),
  threshold: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  postprocessing: v.string(),
})

/** Reads model.json. Throws `model/incompatible` with the field that is wrong. */
export function readModelInfo(text: string): ModelInfo {
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
  return parsed.output as ModelInfo
}

/** Throws `model/incompatible` when a model's backbone is not the one whose features it would get. */
export function checkBackbone(
  trainedOn: NonNullable<ModelInfo['backbone']>,
  here: Pick<Backbone, 'id' | 'hash'>,
): void {
  if (trainedOn.sha256 === here.hash) return
  throw new AppError(
    'model/incompatible',
    `the model was trained on backbone "${trainedOn.id}" (${trainedOn.sha256.slice(0, 12)}…), this app has "${here.id}" (${here.hash.slice(0, 12)}…): train it again here`,
  )
}
