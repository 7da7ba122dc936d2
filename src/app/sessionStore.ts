import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AnnotationId, ClassId, ImageId, ImageStatus, MaskId, RunId } from '../domain/records'
import type { ReviewReason } from '../domain/reviewQueue'

export type Stage = 'images' | 'annotate' | 'train' | 'review' | 'evaluate' | 'export'
export const STAGES: readonly { readonly id: Stage; readonly label: string }[] = [
  { id: 'images', label: 'Images' },
  { id: 'annotate', label: 'Annotate' },
  { id: 'train', label: 'Train' },
  { id: 'review', label: 'Review' },
  { id: 'evaluate', label: 'Evaluate' },
  { id: 'export', label: 'Export' },
]

export type ToolId = 'select' | 'box' | 'smart' | 'brush' | 'eraser' | 'ignore' | 'pan'

/** Scale and position of the picture on the stage; null = fit to the window. */
export interface Viewport {
  /** Screen pixels per image pixel. */
  readonly scale: number
  /** Screen position of the image's top left corner. */
  readonly x: number
  readonly y: number
}

export interface ImageFilter {
  readonly text: string
  readonly statuses: readonly ImageStatus[]
  readonly classId: ClassId | null
  /** `score`: most suspicious first, by the active tag run's classifier. */
  readonly sort: 'name' | 'status' | 'marks' | 'added' | 'score'
}

export interface SessionState {
  readonly stage: Stage
  readonly imageId: ImageId | null
  readonly selection: readonly (AnnotationId | MaskId)[]
  readonly tool: ToolId
  readonly activeClassId: ClassId | null
  readonly viewport: Viewport | null
  readonly filter: ImageFilter
  /** How the Images screen shows them: to tick many, or to sort one after the other by a key. */
  readonly imagesMode: 'grid' | 'sort'
  /** Display only; never changes training input. 0 = unchanged, -100..100. */
  readonly brightness: number
  readonly contrast: number
  /** 0..1 */
  readonly maskOpacity: number
  readonly outlineOnly: boolean
  readonly allHidden: boolean
  readonly hidden: readonly (AnnotationId | MaskId)[]
  /** Visible, but neither selected by a click on the canvas nor moved, painted or deleted. */
  readonly locked: readonly (AnnotationId | MaskId)[]
  readonly brushRadiusPx: number
  /** Key of the queue item on the review screen. */
  readonly reviewKey: string | null
  /** The review screen shows what waits for this reason only; null: everything. */
  readonly reviewReason: ReviewReason | null
  readonly runId: RunId | null
}

export const INITIAL_SESSION: SessionState = {
  stage: 'images',
  imageId: null,
  selection: [],
  tool: 'box',
  activeClassId: null,
  viewport: null,
  filter: { text: '', statuses: [], classId: null, sort: 'name' },
  imagesMode: 'grid',
  brightness: 0,
  contrast: 0,
  maskOpacity: 0.45,
  outlineOnly: false,
  allHidden: false,
  hidden: [],
  locked: [],
  brushRadiusPx: 8,
  reviewKey: null,
  reviewReason: null,
  runId: null,
}

export function createSessionStore(): StoreApi<SessionState> {
  return createStore<SessionState>(() => INITIAL_SESSION)
}

/** What a reload brings back. */
const REMEMBERED = [
  'stage',
  'imageId',
  'tool',
  'activeClassId',
  'viewport',
  'filter',
  'imagesMode',
  'brightness',
  'contrast',
  'maskOpacity',
  'reviewKey',
  'reviewReason',
  'runId',
] as const satisfies readonly (keyof SessionState)[]

/** The remembered part as text for `ProjectStorage.saveView`. */
export function viewToText(state: SessionState): string {
  return JSON.stringify(Object.fromEntries(REMEMBERED.map((key) => [key, state[key]])))
}

/** Reads it back; anything unreadable gives the initial view. */
export function viewFromText(text: string | null): Partial<SessionState> {
  if (text === null) return {}
  try {
    const view: unknown = JSON.parse(text)
    return typeof view === 'object' && view !== null ? { ...INITIAL_SESSION, ...view } : {}
  } catch (error) {
    // A damaged view memory costs a scroll position, nothing else.
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
