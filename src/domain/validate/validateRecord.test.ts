import { expect, test } from 'vitest'
import { validateRecord } from './index'

const HASH = 'a'.repeat(64)
const TIME = '2026-01-02T03:04:05.000Z'
const BOX = { x: 1, y: 2, width: 3, height: 4 }

const VALID = {
  project: {
    id: 'project:1',
    type: 'project',
    name: 'Line 3',
    createdAt: TIME,
    classOrder: ['class:1'],
    foreign: {},
    isSample: false,
  },
  class: {
    id: 'class:1',
    type: 'class',
    name: 'Scratch',
    color: '#f2b134',
    foreign: { id: '7', extra: { supercategory: 'x' } },
  },
  image: {
    id: 'image:1',
    type: 'image',
    fileName: 'a/b.png',
    width: 10,
    height: 20,
    pixels: HASH,
    byteLength: 5,
    mimeType: 'image/png',
    status: 'unseen',
    split: null,
    addedAt: TIME,
    foreign: null,
  },
  imageLabel: {
    id: 'imageLabel:1',
    type: 'imageLabel',
    imageId: 'image:1',
    classId: 'class:1',
    presence: 'present',
    source: 'human',
  },
  annotation: {
    id: 'annotation:1',
    type: 'annotation',
    kind: 'box',
    imageId: 'image:1',
    classId: 'class:1',
    boxPx: BOX,
    source: 'human',
    createdAt: TIME,
    foreign: null,
  },
  click: {
    id: 'click:1',
    type: 'click',
    annotationId: 'annotation:1',
    pointPx: { x: 1, y: 2 },
    isPositive: true,
    createdAt: TIME,
  },
  mask: {
    id: 'mask:1',
    type: 'mask',
    role: 'defect',
    imageId: 'image:1',
    classId: 'class:1',
    annotationId: null,
    pixels: HASH,
    areaPx: 4,
    boundsPx: BOX,
    isUnresolved: false,
    quality: { predictedIou: 0.9, stability: null, tightness: null },
    provenance: {
      kind: 'student',
      runId: 'run:1',
      threshold: 0.5,
      meanProbability: 0.8,
      againstId: null,
      disagreementPx: 4,
    },
    createdAt: TIME,
    foreign: null,
  },
  decision: {
    id: 'decision:1',
    type: 'decision',
    maskId: 'mask:1',
    verdict: 'accepted',
    reason: null,
    note: null,
    replacementId: null,
    isAudit: false,
    decidedAt: TIME,
  },
  layer: {
    id: 'layer:1',
    type: 'layer',
    imageId: 'image:1',
    role: 'groundTruth',
    runId: null,
    instances: HASH,
    imageScore: null,
    threshold: null,
  },
  run: {
    id: 'run:1',
    type: 'run',
    name: 'Run 1',
    recipe: 'box',
    studentId: 'light',
    backbone: { id: 'embedded', hash: HASH },
    params: { epochs: 3 },
    seed: 0,
    snapshotId: null,
    backend: 'wasm',
    status: 'finished',
    failure: null,
    classIds: ['class:1'],
    trainImageIds: [],
    valImageIds: [],
    startedAt: TIME,
    seconds: 3.5,
    log: null,
    model: HASH,
    modelInfo: HASH,
    threshold: 0.5,
    thresholdBy: 'reviews',
    checkpoint: { epochsDone: 7, savedAt: TIME },
  },
  tagRun: {
    id: 'tagRun:1',
    type: 'tagRun',
    name: 'Masks from labels 1',
    params: { seed: 3 },
    seed: 3,
    backbone: { id: 'embedded', hash: HASH },
    levels: [{ stride: 8, channels: 96 }],
    canvas: { width: 256, height: 640 },
    classIds: ['class:1'],
    trainImageIds: ['image:1'],
    valImageIds: [],
    round: 2,
    studentRunId: 'run:1',
    status: 'finished',
    failure: null,
    startedAt: TIME,
    seconds: 12.5,
    trainingAp: 1,
    validationAp: null,
    polarities: ['dark'],
    classifier: HASH,
    log: HASH,
  },
  tagScore: { id: 'tagScore:1', type: 'tagScore', imageId: 'image:1', tagRunId: 'tagRun:1', score: 0.25 },
  snapshot: { id: 'snapshot:1', type: 'snapshot', reason: 'training', document: HASH, createdAt: TIME },
  settings: {
    id: 'settings:project',
    type: 'settings',
    generatorId: 'otsu',
    generatorParams: { otsu: {} },
    segmenterModelId: 'embedded',
    usesDrawingStyle: false,
    studentId: 'unet',
    backboneId: 'dinov2-s',
    training: {},
    activeRunId: null,
    tagging: { inpainting: false },
    activeTagRunId: 'tagRun:1',
  },
}

test.each(Object.values(VALID))('a sound $type passes unchanged', (record) => {
  expect(validateRecord(record)).toEqual({ kind: 'valid', record })
})

test.each([
  ['class', { color: 'red' }, 'color'],
  ['image', { width: 0 }, 'width'],
  ['image', { pixels: '../etc' }, 'pixels'],
  ['annotation', { boxPx: { ...BOX, width: -1 } }, 'boxPx.width'],
  ['annotation', { boxPx: { ...BOX, x: Number.NaN } }, 'boxPx.x'],
  ['mask', { provenance: { kind: 'magic' } }, 'provenance.kind'],
  ['decision', { maskId: 'image:1' }, 'maskId'],
  ['run', { backend: 'abacus' }, 'backend'],
] as const)('a %s with %o is quarantined, naming record and field', (type, fault, field) => {
  const record = { ...VALID[type], ...fault }
  const result = validateRecord(record)
  expect(result.kind).toBe('invalid')
  expect(result.kind === 'invalid' && result.issue.message).toContain(`${record.id}: ${field}`)
})

test.each([null, 3, [], { type: 'toString' }, { type: 'class' }])('%o is no record', (value) => {
  expect(validateRecord(value).kind).toBe('invalid')
})

test('runs from before checkpoints were kept have none', () => {
  const { checkpoint: _checkpoint, ...former } = VALID.run
  expect(validateRecord(former)).toEqual({ kind: 'valid', record: { ...VALID.run, checkpoint: null } })
})

test('settings of a project from before models could be chosen get the embedded ones', () => {
  const {
    segmenterModelId: _model,
    usesDrawingStyle: _style,
    studentId: _student,
    backboneId: _backbone,
    tagging: _tagging,
    activeTagRunId: _tagRun,
    ...former
  } = VALID.settings
  expect(validateRecord(former)).toEqual({
    kind: 'valid',
    record: {
      ...VALID.settings,
      segmenterModelId: 'embedded',
      usesDrawingStyle: true,
      studentId: 'light',
      backboneId: 'embedded',
      tagging: {},
      activeTagRunId: null,
    },
  })
})

test('a run and a layer from before thresholds could be moved: the default, and a threshold that was not kept', () => {
  const { thresholdBy: _by, ...formerRun } = VALID.run
  expect(validateRecord(formerRun)).toEqual({
    kind: 'valid',
    record: { ...VALID.run, thresholdBy: 'default' },
  })
  const { threshold: _threshold, ...formerLayer } = VALID.layer
  expect(validateRecord(formerLayer)).toEqual({ kind: 'valid', record: VALID.layer })
})
