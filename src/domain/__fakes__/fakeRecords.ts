import type { RecordsView } from '../live'
import {
  idOf,
  type AnyRecord,
  type BoxAnnotation,
  type ClassDef,
  type ClickPrompt,
  type ImageRecord,
  type PseudoMask,
  type RecordOf,
  type RecordType,
  type ReviewDecision,
  type Settings,
} from '../records'

/** Records for tests: a plain list behind the view, and makers whose overrides show what matters. */
export function fakeRecords(records: readonly AnyRecord[]): RecordsView {
  const ofType = <T extends RecordType>(type: T): readonly RecordOf<T>[] =>
    records.filter((record) => record.type === type) as unknown as readonly RecordOf<T>[]
  return {
    get: (id) => records.find((record) => record.id === id),
    ofType,
    ofImage: (type, imageId) =>
      ofType(type).filter((record) => (record as { imageId: string }).imageId === imageId),
    decisionsOf: (maskId) => ofType('decision').filter((decision) => decision.maskId === maskId),
    masksOf: (annotationId) => ofType('mask').filter((mask) => mask.annotationId === annotationId),
    clicksOf: (annotationId) => ofType('click').filter((click) => click.annotationId === annotationId),
  }
}

const TIME = '2026-01-01T00:00:00.000Z'

export const SCRATCH: ClassDef = {
  id: idOf('class', 'scratch'),
  type: 'class',
  name: 'Scratch',
  color: '#f2b134',
  foreign: null,
}

export function fakeImage(name: string, overrides: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id: idOf('image', name),
    type: 'image',
    fileName: `${name}.png`,
    width: 100,
    height: 80,
    pixels: `pixels of ${name}` as ImageRecord['pixels'],
    byteLength: 10,
    mimeType: 'image/png',
    status: 'inProgress',
    split: null,
    addedAt: TIME,
    foreign: null,
    ...overrides,
  }
}

export function fakeBox(
  name: string,
  image: ImageRecord,
  overrides: Partial<BoxAnnotation> = {},
): BoxAnnotation {
  return {
    id: idOf('annotation', name),
    type: 'annotation',
    kind: 'box',
    imageId: image.id,
    classId: SCRATCH.id,
    boxPx: { x: 10, y: 10, width: 20, height: 20 },
    source: 'human',
    createdAt: TIME,
    foreign: null,
    ...overrides,
  }
}

export function fakeMask(
  name: string,
  image: ImageRecord,
  box: BoxAnnotation | null,
  overrides: Partial<PseudoMask> = {},
): PseudoMask {
  return {
    id: idOf('mask', name),
    type: 'mask',
    role: 'defect',
    imageId: image.id,
    classId: SCRATCH.id,
    annotationId: box?.id ?? null,
    pixels: `mask ${name}` as PseudoMask['pixels'],
    areaPx: 100,
    boundsPx: { x: 10, y: 10, width: 20, height: 20 },
    isUnresolved: false,
    quality: { predictedIou: 0.8, stability: null, tightness: null },
    provenance: {
      kind: 'generated',
      generatorId: 'otsu',
      generatorVersion: 1,
      params: {},
      modelHash: null,
      promptBoxPx: { x: 10, y: 10, width: 20, height: 20 },
      seed: 0,
      modelId: null,
      clicks: [],
      style: null,
      candidate: null,
    },
    createdAt: TIME,
    foreign: null,
    ...overrides,
  }
}

export function fakeClick(
  name: string,
  box: BoxAnnotation,
  overrides: Partial<ClickPrompt> = {},
): ClickPrompt {
  return {
    id: idOf('click', name),
    type: 'click',
    annotationId: box.id,
    pointPx: { x: 15, y: 15 },
    isPositive: true,
    createdAt: TIME,
    ...overrides,
  }
}

export function fakeDecision(
  mask: PseudoMask,
  verdict: ReviewDecision['verdict'],
  overrides: Partial<ReviewDecision> = {},
): ReviewDecision {
  return {
    id: idOf('decision', `${mask.id}-${verdict}`),
    type: 'decision',
    maskId: mask.id,
    verdict,
    reason: null,
    note: null,
    replacementId: null,
    isAudit: false,
    decidedAt: TIME,
    ...overrides,
  }
}

export function fakeSettings(overrides: Partial<Settings> = {}): Settings {
  return {
    id: idOf('settings', 'project'),
    type: 'settings',
    generatorId: 'otsu',
    generatorParams: {},
    segmenterModelId: 'embedded',
    usesDrawingStyle: true,
    studentId: 'light',
    backboneId: 'embedded',
    training: {},
    activeRunId: null,
    tagging: {},
    activeTagRunId: null,
    ...overrides,
  }
}
