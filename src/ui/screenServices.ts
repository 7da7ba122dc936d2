import type { AddImagesReport, App, LabelPreview } from '../app/app'
import type { Point, Size } from '../core/geometry'
import { createCell, type Cell, type Observable } from '../core/observable'
import type { ImageId } from '../domain/records'
import { createPictureCache, type PictureCache } from './canvas/pictureCache'
import { createThumbnailCache, type ThumbnailCache } from './canvas/thumbnailCache'
import type { Command } from './commands/command'
import { createKeyPreferences, type KeyPreferences } from './commands/keyPreferences'

export interface Question {
  readonly title: string
  /** What is affected, with counts. */
  readonly message: string
  /** The button, for example "Delete 14 masks". */
  readonly verb: string
  readonly isDanger?: boolean
}

/** What the status bar shows about the canvas. */
export interface CanvasReadout {
  /** Image pixel under the cursor, or null outside. */
  readonly pointPx: { readonly x: number; readonly y: number } | null
  /** Screen pixels per image pixel. */
  readonly scale: number
}

/** The tool that the stage runs now, as far as keys may reach into it. */
export interface ToolInteraction {
  /** A shape is being drawn. */
  isBusy(): boolean
  /** Ends the shape and leaves nothing behind. */
  cancel(): void
  finish(): void
}

export type LabelFileView =
  | { readonly kind: 'preview'; readonly preview: LabelPreview }
  | { readonly kind: 'applied'; readonly fileName: string; readonly images: number }

/** What belongs to this window alone and to no project: caches, open dialogs, the commands of the screen. */
export interface ScreenServices {
  readonly pictures: PictureCache
  readonly thumbnails: ThumbnailCache
  readonly readout: Cell<CanvasReadout | null>
  readonly stageSize: Cell<Size | null>
  readonly interaction: Cell<ToolInteraction | null>
  /** Where a click by key goes in the smart tool, image pixels; null: the middle of the selected box. */
  readonly aim: Cell<Point | null>
  /** Images ticked in the grid of the Images screen. */
  readonly tickedImages: Cell<ReadonlySet<ImageId>>
  /** What the last "add images" did; the Images screen shows and clears it. */
  readonly addReport: Cell<AddImagesReport | null>
  /** A label file that was read and waits for a yes, or what applying one did; the Images screen shows it. */
  readonly labelFile: Cell<LabelFileView | null>
  /** Rises when a tool needs a class and there is none: the class list opens its field. */
  readonly addClassRequest: Cell<number>
  readonly labelPickerOpen: Cell<boolean>
  readonly paletteOpen: Cell<boolean>
  readonly sheetOpen: Cell<boolean>
  readonly modelsOpen: Cell<boolean>
  /** Rises whenever the person asks "is it saved?". */
  readonly saveQuestion: Cell<number>
  readonly keys: Cell<KeyPreferences>
  readonly question: Observable<Question | null>
  /** Asks; resolves to false on Cancel and Escape. A second question answers the first with false. */
  confirm(question: Question): Promise<boolean>
  answer(yes: boolean): void
  /** Commands of the screen that is shown: see `useScreenCommands`. */
  readonly contributed: Cell<readonly Command[]>
  /** Spoken politely by screen readers; not shown. */
  readonly announcement: Cell<string>
}

export function createScreenServices(app: App): ScreenServices {
  const question = createCell<Question | null>(null)
  let settle: ((yes: boolean) => void) | null = null
  const answer = (yes: boolean): void => {
    const waiting = settle
    settle = null
    question.set(null)
    waiting?.(yes)
  }
  return {
    pictures: createPictureCache(app.pictures),
    thumbnails: createThumbnailCache(app.pictures),
    readout: createCell<CanvasReadout | null>(null),
    stageSize: createCell<Size | null>(null),
    interaction: createCell<ToolInteraction | null>(null),
    aim: createCell<Point | null>(null),
    tickedImages: createCell<ReadonlySet<ImageId>>(new Set()),
    addReport: createCell<AddImagesReport | null>(null),
    labelFile: createCell<LabelFileView | null>(null),
    addClassRequest: createCell(0),
    labelPickerOpen: createCell(false),
    paletteOpen: createCell(false),
    sheetOpen: createCell(false),
    modelsOpen: createCell(false),
    saveQuestion: createCell(0),
    keys: createKeyPreferences(browserStorage()),
    question,
    answer,
    confirm: (asked) => {
      answer(false)
      question.set(asked)
      return new Promise((resolve) => {
        settle = resolve
      })
    },
    contributed: createCell<readonly Command[]>([]),
    announcement: createCell(''),
  }
}

/** Null where the browser blocks it (private windows, strict settings). */
function browserStorage(): Storage | null {
  try {
    return localStorage
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}
