import * as v from 'valibot'
import {
  SETTINGS_ID,
  type MaskLayer,
  type Settings,
  type Snapshot,
  type TagRun,
  type TagScore,
  type TrainingRun,
} from '../records'
import { count, finite, hash, id, jsonObject, pixels, share, text, time } from './fields'

/** One schema per ledger record type: saved, never undone. */

export const layer: v.GenericSchema<unknown, MaskLayer> = v.object({
  id: id('layer'),
  type: v.literal('layer'),
  imageId: id('image'),
  role: v.picklist(['groundTruth', 'prediction']),
  runId: v.nullable(id('run')),
  instances: hash,
  imageScore: v.nullable(finite),
  threshold: v.optional(v.nullable(share), null),
})

export const run: v.GenericSchema<unknown, TrainingRun> = v.object({
  id: id('run'),
  type: v.literal('run'),
  name: text,
  recipe: v.picklist(['box', 'cam', 'semi']),
  studentId: text,
  backbone: v.nullable(v.object({ id: text, hash: text })),
  params: jsonObject,
  seed: finite,
  snapshotId: v.nullable(id('snapshot')),
  backend: v.nullable(v.picklist(['webgpu', 'wasm', 'cpu'])),
  status: v.picklist(['running', 'finished', 'stopped', 'cancelled', 'failed']),
  failure: v.nullable(text),
  classIds: v.array(id('class')),
  trainImageIds: v.array(id('image')),
  valImageIds: v.array(id('image')),
  startedAt: time,
  seconds: v.nullable(finite),
  log: v.nullable(hash),
  model: v.nullable(hash),
  modelInfo: v.nullable(hash),
  threshold: share,
  thresholdBy: v.optional(v.picklist(['default', 'reviews', 'person']), 'default'),
  checkpoint: v.optional(v.nullable(v.object({ epochsDone: finite, savedAt: time })), null),
})

export const tagRun: v.GenericSchema<unknown, TagRun> = v.object({
  id: id('tagRun'),
  type: v.literal('tagRun'),
  name: text,
  params: jsonObject,
  seed: finite,
  backbone: v.object({ id: text, hash: text }),
  levels: v.array(v.object({ stride: count, channels: count })),
  canvas: v.object({ width: pixels, height: pixels }),
  classIds: v.array(id('class')),
  trainImageIds: v.array(id('image')),
  valImageIds: v.array(id('image')),
  round: count,
  studentRunId: v.nullable(id('run')),
  status: v.picklist(['running', 'finished', 'stopped', 'cancelled', 'failed']),
  failure: v.nullable(text),
  startedAt: time,
  seconds: v.nullable(finite),
  trainingAp: v.nullable(share),
  validationAp: v.nullable(share),
  polarities: v.array(v.picklist(['dark', 'bright'])),
  classifier: v.nullable(hash),
  log: v.nullable(hash),
})

export const tagScore: v.GenericSchema<unknown, TagScore> = v.object({
  id: id('tagScore'),
  type: v.literal('tagScore'),
  imageId: id('image'),
  tagRunId: id('tagRun'),
  score: share,
})

export const snapshot: v.GenericSchema<unknown, Snapshot> = v.object({
  id: id('snapshot'),
  type: v.literal('snapshot'),
  reason: v.picklist(['manual', 'training', 'migration']),
  document: hash,
  createdAt: time,
})

export const settings: v.GenericSchema<unknown, Settings> = v.object({
  id: v.pipe(
    v.literal(SETTINGS_ID as string),
    v.transform(() => SETTINGS_ID),
  ),
  type: v.literal('settings'),
  generatorId: text,
  generatorParams: v.record(v.string(), jsonObject),
  segmenterModelId: v.optional(text, 'embedded'),
  usesDrawingStyle: v.optional(v.boolean(), true),
  studentId: v.optional(text, 'light'),
  backboneId: v.optional(text, 'embedded'),
  training: jsonObject,
  activeRunId: v.nullable(id('run')),
  tagging: v.optional(jsonObject, {}),
  activeTagRunId: v.optional(v.nullable(id('tagRun')), null),
})
