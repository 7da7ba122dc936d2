import * as v from 'valibot'
import type {
  BoxAnnotation,
  ClassDef,
  ClickPrompt,
  ImageLabel,
  ImageRecord,
  Project,
  PseudoMask,
  ReviewDecision,
} from '../records'
import {
  box,
  colour,
  count,
  finite,
  foreign,
  hash,
  id,
  jsonObject,
  pixels,
  share,
  text,
  time,
} from './fields'

/** One schema per undoable record type, beside which the interface in `records.ts` is the same thing for the compiler. */

export const project: v.GenericSchema<unknown, Project> = v.object({
  id: id('project'),
  type: v.literal('project'),
  name: text,
  createdAt: time,
  classOrder: v.array(id('class')),
  foreign: jsonObject,
  isSample: v.boolean(),
})

export const classDef: v.GenericSchema<unknown, ClassDef> = v.object({
  id: id('class'),
  type: v.literal('class'),
  name: text,
  color: colour,
  foreign,
})

export const image: v.GenericSchema<unknown, ImageRecord> = v.object({
  id: id('image'),
  type: v.literal('image'),
  fileName: v.pipe(text, v.minLength(1)),
  width: pixels,
  height: pixels,
  pixels: hash,
  byteLength: count,
  mimeType: text,
  status: v.picklist(['unseen', 'inProgress', 'doneDefects', 'confirmedClean', 'skipped']),
  split: v.nullable(v.picklist(['train', 'val', 'test'])),
  addedAt: time,
  foreign,
})

export const imageLabel: v.GenericSchema<unknown, ImageLabel> = v.object({
  id: id('imageLabel'),
  type: v.literal('imageLabel'),
  imageId: id('image'),
  classId: id('class'),
  presence: v.picklist(['present', 'absent']),
  source: v.picklist(['human', 'import']),
})

export const annotation: v.GenericSchema<unknown, BoxAnnotation> = v.object({
  id: id('annotation'),
  type: v.literal('annotation'),
  kind: v.literal('box'),
  imageId: id('image'),
  classId: id('class'),
  boxPx: box,
  source: v.picklist(['human', 'import', 'model']),
  createdAt: time,
  foreign,
})

export const click: v.GenericSchema<unknown, ClickPrompt> = v.object({
  id: id('click'),
  type: v.literal('click'),
  annotationId: id('annotation'),
  pointPx: v.object({ x: finite, y: finite }),
  isPositive: v.boolean(),
  createdAt: time,
})

const provenance: v.GenericSchema<unknown, PseudoMask['provenance']> = v.variant('kind', [
  v.object({
    kind: v.literal('generated'),
    generatorId: text,
    generatorVersion: count,
    params: jsonObject,
    modelHash: v.nullable(text),
    promptBoxPx: box,
    seed: finite,
    modelId: v.optional(v.nullable(text), null),
    clicks: v.optional(
      v.array(v.object({ pointPx: v.object({ x: finite, y: finite }), isPositive: v.boolean() })),
      [],
    ),
    style: v.optional(
      v.nullable(
        v.object({
          reading: v.optional(v.nullable(text), null),
          threshold: v.nullable(share),
          dilationPx: finite,
          fromMasks: count,
        }),
      ),
      null,
    ),
    candidate: v.optional(v.nullable(text), null),
  }),
  v.object({
    kind: v.literal('edited'),
    parentId: id('mask'),
    tool: v.picklist(['brush', 'eraser', 'polygon']),
  }),
  v.object({ kind: v.literal('drawn'), tool: v.picklist(['brush', 'polygon']) }),
  v.object({
    kind: v.literal('selfCorrected'),
    runId: id('run'),
    epoch: count,
    threshold: share,
    meanProbability: share,
  }),
  v.object({
    kind: v.literal('student'),
    runId: id('run'),
    threshold: share,
    meanProbability: share,
    againstId: v.nullable(id('mask')),
    disagreementPx: count,
  }),
  v.object({
    kind: v.literal('cam'),
    tagRunId: id('tagRun'),
    round: count,
    threshold: share,
    meanActivation: share,
    isLowConfidence: v.boolean(),
  }),
  v.object({ kind: v.literal('imported'), formatId: text, externalId: text, score: v.nullable(finite) }),
])

export const mask: v.GenericSchema<unknown, PseudoMask> = v.object({
  id: id('mask'),
  type: v.literal('mask'),
  role: v.picklist(['defect', 'ignore']),
  imageId: id('image'),
  classId: v.nullable(id('class')),
  annotationId: v.nullable(id('annotation')),
  pixels: hash,
  areaPx: count,
  boundsPx: box,
  isUnresolved: v.boolean(),
  quality: v.object({
    predictedIou: v.nullable(finite),
    stability: v.nullable(finite),
    tightness: v.nullable(finite),
  }),
  provenance,
  createdAt: time,
  foreign,
})

export const decision: v.GenericSchema<unknown, ReviewDecision> = v.object({
  id: id('decision'),
  type: v.literal('decision'),
  maskId: id('mask'),
  verdict: v.picklist(['accepted', 'rejected', 'replaced', 'unsure']),
  reason: v.nullable(
    v.picklist(['notADefect', 'wrongClass', 'tooBig', 'tooSmall', 'missedPart', 'unsure', 'other']),
  ),
  note: v.nullable(text),
  replacementId: v.nullable(id('mask')),
  isAudit: v.boolean(),
  decidedAt: time,
})
