import type { Point } from '../../../core/geometry'

/** A pointer as tools see it: image pixels, also beyond the image's edge. */
export interface ToolPointer {
  readonly pointPx: Point
  /** Screen pixels per image pixel, to turn distances on the screen into distances in the image. */
  readonly scale: number
  readonly isShift: boolean
  readonly isAlt: boolean
}

/**
 * A canvas tool: a small state machine. `cancel` always leads back to idle and leaves nothing behind; the project
 * hears of an interaction once, when it ends. Previews are drawn by the tool itself, in image coordinates.
 */
export interface CanvasTool {
  down(pointer: ToolPointer): void
  move(pointer: ToolPointer): void
  up(pointer: ToolPointer): void
  /** A press of the other button; tools without a use for it leave it out. */
  secondary?(pointer: ToolPointer): void
  /** The pointer left the canvas. */
  leave(): void
  cancel(): void
  finish(): void
  isBusy(): boolean
  cursor(pointer: ToolPointer | null): string
  draw(context: CanvasRenderingContext2D, scale: number): void
}
