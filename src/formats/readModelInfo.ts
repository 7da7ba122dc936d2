import * as v from 'valibot'
import { AppError } from '../core/errors'
import { backboneTensorsSchema } from './backboneTensorsSchema'
import { MODEL_INFO_VERSION, type ModelBackbone, type ModelInfo } from './modelInfo'

const text = v.string()
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

const backbone = v.object({
  id: text,
  sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
  source: text,
  tensors: backboneTensorsSchema,
})
const tensors = v.array(
  v.object({ name: text, type: v.literal('float32'), shape: v.array(count), meaning: text }),
)
const schema = v.object({
  format: v.literal('maskwright-student'),
  version: v.literal(MODEL_INFO_VERSION),
  app: text,
  form: v.picklist(['head', 'whole']),
  recipe: text,
  student: text,
  seed: v.number(),
  params: v.record(text, v.any()),
  classes: v.pipe(v.array(v.object({ name: text, color: text })), v.minLength(1)),
  input: v.object({ width: side, height: side }),
  threshold: share,
  minimumAreaPx: count,
  minimumPeak: share,
  imageScoreShare: v.optional(share, 0),
  backbone: v.nullable(backbone),
  run: v.object({
    startedAt: text,
    backend: v.nullable(text),
    seconds: v.number(),
    steps: count,
    epoch: count,
    stoppedEarly: v.boolean(),
    snapshotSha256: v.nullable(text),
    images: v.object({ train: count, validation: count, confirmedClean: count }),
    masks: v.object({ accepted: count, unreviewed: count }),
  }),
  tensors: v.object({ inputs: tensors, outputs: tensors }),
  preprocessing: v.array(text),
  postprocessing: v.array(text),
})

/** Reads model.json. Throws `model/incompatible` with the field that is wrong. */
export function readModelInfo(fileText: string): ModelInfo {
  let json: unknown
  try {
    json = JSON.parse(fileText)
  } catch (cause) {
    throw new AppError('model/incompatible', 'model.json is not readable JSON: export the model again', {
      cause,
    })
  }
  refuseOtherVersions(json)
  const parsed = v.safeParse(schema, json)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw new AppError('model/incompatible', `model.json: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`)
  }
  const info = parsed.output as ModelInfo
  if (info.form === 'head' && info.backbone === null)
    throw new AppError('model/incompatible', 'model.json: form is "head", but it names no backbone')
  return info
}

/** A sentence about the version says more than that "version" is not 2. */
function refuseOtherVersions(json: unknown): void {
  if (typeof json !== 'object' || json === null || !('format' in json) || !('version' in json)) return
  const { format, version } = json
  if (format !== 'maskwright-student' || typeof version !== 'number' || version === MODEL_INFO_VERSION) return
  const remedy =
    version < MODEL_INFO_VERSION
      ? 'train the model again, or download it again from its project'
      : 'it was written by a newer version of this app: update the app'
  throw new AppError(
    'model/incompatible',
    `model.json is of version ${version}, this app reads version ${MODEL_INFO_VERSION}: ${remedy}`,
  )
}

/** Throws `model/incompatible` when a model's backbone is not the one whose features it would get. */
export function checkBackbone(
  trainedOn: ModelBackbone,
  here: { readonly id: string; readonly hash: string },
): void {
  if (trainedOn.sha256 === here.hash) return
  throw new AppError(
    'model/incompatible',
    `the model was trained on features of backbone "${trainedOn.id}" (SHA-256 ${trainedOn.sha256.slice(0, 12)}…), the one here has ${here.hash.slice(0, 12)}…. ${howToGet(trainedOn)}`,
  )
}

/** What helps when a head's backbone is not here. */
export function howToGet({ source }: ModelBackbone): string {
  return `Its own backbone: ${source}. Or download the model whole (--model-form whole), with the backbone inside`
}
