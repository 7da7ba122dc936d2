import type { App } from '../app/app'
import { createCell, type Cell, type Observable } from '../core/observable'
import { createPictureCache, type PictureCache } from './canvas/pictureCache'
import { createThumbnailCache, type ThumbnailCache } from './canvas/thumbnailCache'
import type { Command } from './commands/command'

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

/** What belongs to this window alone and to no project: caches, the open question, the commands of the screen. */
export interface ScreenServices {
  readonly pictures: PictureCache
  readonly thumbnails: ThumbnailCache
  readonly readout: Cell<CanvasReadout | null>
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
