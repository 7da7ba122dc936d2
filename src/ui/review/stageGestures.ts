import type { Point, Size } from '../../core/geometry'
import type { Viewport } from '../../app/sessionStore'
import { panBy, stageToImage, zoomAt } from '../canvas/viewport'
import type { FixSession } from './fixSession'

export interface GestureSituation {
  readonly viewport: () => Viewport
  readonly setViewport: (viewport: Viewport) => void
  readonly sizes: () => { readonly image: Size; readonly stage: Size }
  readonly fix: () => FixSession | null
  readonly brush: () => { readonly tool: 'brush' | 'eraser'; readonly radiusPx: number }
  readonly resizeBrush: (factor: number) => void
  /** Where the pointer is; null when it left. */
  readonly pointAt: (pointStage: Point | null) => void
}

/**
 * Pointer and wheel on the review picture as a small state machine: idle, panning or painting. Dragging pans, while
 * painting is on it paints; the middle button and a held Space always pan; Alt inverts the brush.
 * Returns the function that takes the listeners off.
 */
export function attachGestures(element: HTMLElement, situation: GestureSituation): () => void {
  let mode: { readonly kind: 'idle' } | { readonly kind: 'pan'; last: Point } | { readonly kind: 'paint' } = {
    kind: 'idle',
  }
  let isSpaceHeld = false

  const pointOf = (event: MouseEvent): Point => {
    const bounds = element.getBoundingClientRect()
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top }
  }
  const imagePoint = (event: MouseEvent): Point => stageToImage(situation.viewport(), pointOf(event))

  const down = (event: PointerEvent): void => {
    if (mode.kind !== 'idle' || event.button > 1) return
    element.setPointerCapture(event.pointerId)
    const fix = situation.fix()
    if (fix === null || isSpaceHeld || event.button === 1) {
      mode = { kind: 'pan', last: pointOf(event) }
      event.preventDefault()
      element.focus()
      return
    }
    mode = { kind: 'paint' }
    const { tool, radiusPx } = situation.brush()
    const isPainting = (tool === 'brush') !== event.altKey
    fix.beginStroke(imagePoint(event), radiusPx, isPainting ? 1 : 0)
  }
  const move = (event: PointerEvent): void => {
    const at = pointOf(event)
    situation.pointAt(at)
    if (mode.kind === 'pan') {
      const by = { x: at.x - mode.last.x, y: at.y - mode.last.y }
      mode.last = at
      situation.setViewport(panBy(situation.viewport(), by, situation.sizes()))
    } else if (mode.kind === 'paint') {
      const fix = situation.fix()
      for (const part of event.getCoalescedEvents()) fix?.extendStroke(imagePoint(part))
      fix?.extendStroke(imagePoint(event))
    }
  }
  const end = (): void => {
    if (mode.kind === 'paint') situation.fix()?.endStroke()
    mode = { kind: 'idle' }
  }
  const leave = (): void => situation.pointAt(null)
  const wheel = (event: WheelEvent): void => {
    event.preventDefault()
    // With Shift held some systems report the wheel as sideways.
    const turn = event.deltaY === 0 ? event.deltaX : event.deltaY
    if (event.shiftKey && situation.fix() !== null) {
      situation.resizeBrush(turn < 0 ? 1.12 : 1 / 1.12)
      situation.pointAt(pointOf(event))
      return
    }
    const factor = Math.exp(-turn / 400)
    situation.setViewport(zoomAt(situation.viewport(), pointOf(event), factor, situation.sizes()))
  }
  const key = (event: KeyboardEvent): void => {
    if (event.code !== 'Space') return
    isSpaceHeld = event.type === 'keydown'
    // Space scrolls or presses a button only where one of those has the focus.
    if (document.activeElement === element) event.preventDefault()
  }

  const cancelEvents = ['pointerup', 'pointercancel', 'lostpointercapture'] as const
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  for (const name of cancelEvents) element.addEventListener(name, end)
  element.addEventListener('pointerleave', leave)
  element.addEventListener('wheel', wheel, { passive: false })
  window.addEventListener('keydown', key)
  window.addEventListener('keyup', key)
  return () => {
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
    for (const name of cancelEvents) element.removeEventListener(name, end)
    element.removeEventListener('pointerleave', leave)
    element.removeEventListener('wheel', wheel)
    window.removeEventListener('keydown', key)
    window.removeEventListener('keyup', key)
  }
}
