import { useEffect, useRef, type RefObject } from 'react'
import type { Viewport } from '../../app/sessionStore'
import type { Point, Size } from '../../core/geometry'
import type { CanvasTool, ToolPointer } from './tools/tool'
import { panBy, stageToImage, zoomAt } from './viewport'

export interface StageInputHost {
  image(): Size | null
  stage(): Size
  viewport(): Viewport
  setViewport(viewport: Viewport): void
  /** Null: the pan tool. */
  tool(): CanvasTool | null
  /** A notch of the wheel with Shift: up is 1, down is -1. */
  shiftWheel(by: 1 | -1): void
  /** False: the wheel chooses among a few things, and a trackpad's hundred small events must not race through them. */
  isShiftWheelSmooth(): boolean
  /** Image pixel under the pointer, null outside the canvas. */
  hover(pointPx: Point | null): void
}

/** A wheel notch of 100 units zooms by a fifth. */
const ZOOM_PER_UNIT = 1 / 550
const LINE_UNITS = 30
const SHIFT_WHEEL_PAUSE_MS = 160

/**
 * Pointer, wheel and Space of the canvas: pans with Space, the middle button or the pan tool; zooms at the cursor;
 * hands everything else to the tool in image coordinates.
 */
export function useStageInput(surface: RefObject<HTMLDivElement | null>, host: StageInputHost): void {
  const latest = useRef(host)
  const input = useRef<StageInput | null>(null)
  useEffect(() => {
    latest.current = host
    input.current?.showCursor()
  })

  useEffect(() => {
    const element = surface.current
    if (element === null) return
    const created = createStageInput(element, () => latest.current)
    input.current = created
    // React listens passively to the wheel, and the page must not scroll or zoom: so all are added by hand.
    const options = { passive: false }
    element.addEventListener('pointerdown', created.pointerDown)
    element.addEventListener('pointermove', created.pointerMove)
    element.addEventListener('pointerup', created.pointerUp)
    element.addEventListener('pointercancel', created.pointerCancel)
    element.addEventListener('pointerleave', created.pointerLeave)
    element.addEventListener('contextmenu', preventDefault)
    element.addEventListener('focus', markFocus)
    element.addEventListener('blur', markFocus)
    element.addEventListener('wheel', created.wheel, options)
    window.addEventListener('keydown', created.keyDown)
    window.addEventListener('keyup', created.keyUp)
    window.addEventListener('blur', created.blur)
    return () => {
      input.current = null
      element.removeEventListener('pointerdown', created.pointerDown)
      element.removeEventListener('pointermove', created.pointerMove)
      element.removeEventListener('pointerup', created.pointerUp)
      element.removeEventListener('pointercancel', created.pointerCancel)
      element.removeEventListener('pointerleave', created.pointerLeave)
      element.removeEventListener('contextmenu', preventDefault)
      element.removeEventListener('focus', markFocus)
      element.removeEventListener('blur', markFocus)
      element.removeEventListener('wheel', created.wheel)
      window.removeEventListener('keydown', created.keyDown)
      window.removeEventListener('keyup', created.keyUp)
      window.removeEventListener('blur', created.blur)
    }
  }, [surface])
}

function preventDefault(event: Event): void {
  event.preventDefault()
}

// A ring around the whole canvas tells where the keyboard is; after a click it would only disturb. `:focus-visible`
// cannot tell the two apart for long: it begins to match at the first key pressed after the click.
function markFocus(event: FocusEvent): void {
  if (!(event.target instanceof HTMLElement)) return
  event.target.toggleAttribute(
    'data-by-key',
    event.type === 'focus' && event.target.matches(':focus-visible'),
  )
}

type StageInput = ReturnType<typeof createStageInput>

function createStageInput(element: HTMLDivElement, host: () => StageInputHost) {
  let isSpaceHeld = false
  let panFrom: Point | null = null
  let lastPointer: ToolPointer | null = null
  let pressed: number | null = null
  let lastShiftWheel = 0

  const stagePoint = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const frame = element.getBoundingClientRect()
    return { x: event.clientX - frame.left, y: event.clientY - frame.top }
  }
  const pointerOf = (event: MouseEvent): ToolPointer => {
    const viewport = host().viewport()
    return {
      pointPx: stageToImage(viewport, stagePoint(event)),
      scale: viewport.scale,
      isShift: event.shiftKey,
      isAlt: event.altKey,
    }
  }
  const showCursor = (): void => {
    const tool = host().tool()
    element.style.cursor =
      panFrom !== null ? 'grabbing' : isSpaceHeld || tool === null ? 'grab' : tool.cursor(lastPointer)
  }
  const pan = (event: PointerEvent): void => {
    const image = host().image()
    const at = stagePoint(event)
    if (image !== null && panFrom !== null) {
      const by = { x: at.x - panFrom.x, y: at.y - panFrom.y }
      host().setViewport(panBy(host().viewport(), by, { image, stage: host().stage() }))
    }
    panFrom = at
  }

  return {
    pointerDown: (event: PointerEvent): void => {
      element.focus({ preventScroll: true })
      element.removeAttribute('data-by-key')
      if (pressed !== null || host().image() === null) return
      const tool = host().tool()
      const isPan = event.button === 1 || (event.button === 0 && (isSpaceHeld || tool === null))
      if (event.button === 2 && !isSpaceHeld) {
        lastPointer = pointerOf(event)
        tool?.secondary?.(lastPointer)
      }
      if (!isPan && event.button !== 0) return
      event.preventDefault()
      pressed = event.pointerId
      element.setPointerCapture(event.pointerId)
      lastPointer = pointerOf(event)
      if (isPan) panFrom = stagePoint(event)
      else tool?.down(lastPointer)
      showCursor()
    },
    pointerMove: (event: PointerEvent): void => {
      if (pressed !== null && event.pointerId !== pressed) return
      if (panFrom !== null) {
        pan(event)
        showCursor()
        return
      }
      const tool = host().tool()
      // A fast pen reports several points a frame: a stroke needs them all.
      const events = tool?.isBusy() === true ? event.getCoalescedEvents() : []
      for (const one of events.length > 0 ? events : [event]) {
        lastPointer = pointerOf(one)
        tool?.move(lastPointer)
      }
      host().hover(lastPointer?.pointPx ?? null)
      showCursor()
    },
    pointerUp: (event: PointerEvent): void => {
      if (event.pointerId !== pressed) return
      pressed = null
      if (panFrom !== null) panFrom = null
      else {
        lastPointer = pointerOf(event)
        host().tool()?.up(lastPointer)
      }
      showCursor()
    },
    pointerCancel: (): void => {
      pressed = null
      panFrom = null
      host().tool()?.cancel()
      showCursor()
    },
    pointerLeave: (): void => {
      if (pressed !== null) return
      lastPointer = null
      host().tool()?.leave()
      host().hover(null)
    },
    wheel: (event: WheelEvent): void => {
      const image = host().image()
      event.preventDefault()
      if (image === null) return
      const raw = event.deltaY !== 0 ? event.deltaY : event.deltaX
      const units = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? raw * LINE_UNITS : raw
      if (event.shiftKey) {
        if (event.timeStamp - lastShiftWheel < SHIFT_WHEEL_PAUSE_MS && !host().isShiftWheelSmooth()) return
        lastShiftWheel = event.timeStamp
        host().shiftWheel(units < 0 ? 1 : -1)
        return
      }
      // A pinch arrives as small steps with Ctrl.
      const factor = Math.exp(-units * ZOOM_PER_UNIT * (event.ctrlKey ? 6 : 1))
      const stage = host().stage()
      host().setViewport(zoomAt(host().viewport(), stagePoint(event), factor, { image, stage }))
      if (lastPointer !== null) {
        lastPointer = pointerOf(event)
        host().tool()?.move(lastPointer)
      }
    },
    keyDown: (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || event.repeat || isSpaceHeld) {
        if (event.code === 'Space' && isSpaceHeld) event.preventDefault()
        return
      }
      const target = event.target instanceof Element ? event.target : document.body
      // Space presses a button that was reached by keyboard; one that was clicked keeps no claim on it.
      const ownsSpace = target.matches(
        'input, textarea, select, summary, [contenteditable=true], button:focus-visible, [role]:focus-visible',
      )
      if (ownsSpace && target !== element) return
      event.preventDefault()
      isSpaceHeld = true
      showCursor()
    },
    keyUp: (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || !isSpaceHeld) return
      event.preventDefault()
      isSpaceHeld = false
      showCursor()
    },
    blur: (): void => {
      isSpaceHeld = false
      showCursor()
    },
    showCursor,
  }
}
