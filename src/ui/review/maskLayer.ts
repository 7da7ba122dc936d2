import type { MaskPatch } from '../../app/app'
import type { Viewport } from '../../app/sessionStore'
import type { Box, Point } from '../../core/geometry'
import { outlinePath } from '../canvas/maskOutline'
import { ADDED, KEPT, REMOVED, type Difference } from './differencePatch'

/** Added and removed differ in hue (blue, orange: distinct in every common colour blindness) and in the hatch's direction. */
export const ADDED_COLOR = '#46b8ff'
export const REMOVED_COLOR = '#ff9d42'

export interface LayerLook {
  /** `#rrggbb` */
  readonly color: string
  readonly fill: 'none' | 'tint' | 'hatchUp' | 'hatchDown'
  readonly line: 'solid' | 'dashed' | 'none'
}

/** A mask ready to draw: its outline is traced once, the hatch and the line keep their size on the screen. */
export interface MaskLayer extends LayerLook {
  readonly path: Path2D
  readonly originPx: Point
}

export function maskLayer(patch: MaskPatch, look: LayerLook): MaskLayer {
  return { ...look, path: outlinePath(patch.mask), originPx: patch.boundsPx }
}

/** The difference as three layers: what stays as a thin line, what is added and what is removed in hatches. */
export function differenceLayers(difference: Difference, keptColor: string): readonly MaskLayer[] {
  const layers: MaskLayer[] = []
  const add = (code: number, look: LayerLook): void => {
    const { boundsPx, codes } = difference
    const data = codes.map((held) => (held === code ? 1 : 0))
    const mask = { width: boundsPx.width, height: boundsPx.height, data }
    layers.push(maskLayer({ boundsPx, mask }, look))
  }
  if (difference.keptPx > 0) add(KEPT, { color: keptColor, fill: 'tint', line: 'none' })
  if (difference.removedPx > 0) add(REMOVED, { color: REMOVED_COLOR, fill: 'hatchDown', line: 'solid' })
  if (difference.addedPx > 0) add(ADDED, { color: ADDED_COLOR, fill: 'hatchUp', line: 'dashed' })
  return layers
}

/**
 * Draws a layer. The context is in device pixels; `viewport` maps image pixels to CSS pixels, `ratio` those to device
 * pixels. Lines are double, dark below light, to be seen on any surface.
 */
export function drawMaskLayer(
  context: CanvasRenderingContext2D,
  layer: MaskLayer,
  {
    viewport,
    ratio,
    opacity,
    lineShare = 1,
  }: {
    viewport: Viewport
    ratio: number
    opacity: number
    /** Thinner lines for small pictures, where full ones would cover the mask; 0..1. */
    lineShare?: number
  },
): void {
  const scale = viewport.scale * ratio
  context.save()
  context.setTransform(
    scale,
    0,
    0,
    scale,
    (viewport.x + layer.originPx.x * viewport.scale) * ratio,
    (viewport.y + layer.originPx.y * viewport.scale) * ratio,
  )
  if (layer.fill !== 'none') {
    context.globalAlpha = layer.fill === 'tint' ? opacity * 0.7 : Math.min(1, opacity * 1.6)
    context.fillStyle = fillStyleOf(context, layer, ratio)
    context.fill(layer.path, 'evenodd')
  }
  if (layer.line !== 'none') {
    context.globalAlpha = 1
    context.lineJoin = 'round'
    context.setLineDash([])
    context.strokeStyle = 'rgba(0, 0, 0, 0.65)'
    context.lineWidth = (3.2 * lineShare) / viewport.scale
    context.stroke(layer.path)
    if (layer.line === 'dashed') context.setLineDash([5 / viewport.scale, 3 / viewport.scale])
    context.strokeStyle = layer.color
    context.lineWidth = (1.5 * lineShare) / viewport.scale
    context.stroke(layer.path)
  }
  context.restore()
}

/** A dashed light box, as the person drew it. */
export function drawBox(
  context: CanvasRenderingContext2D,
  boxPx: Box,
  { viewport, ratio }: { viewport: Viewport; ratio: number },
): void {
  context.save()
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const corner = [viewport.x + boxPx.x * viewport.scale, viewport.y + boxPx.y * viewport.scale] as const
  const size = [boxPx.width * viewport.scale, boxPx.height * viewport.scale] as const
  context.lineWidth = 2.6
  context.strokeStyle = 'rgba(0, 0, 0, 0.55)'
  context.strokeRect(...corner, ...size)
  context.setLineDash([2, 4])
  context.lineWidth = 1.2
  context.strokeStyle = 'rgba(255, 255, 255, 0.85)'
  context.strokeRect(...corner, ...size)
  context.restore()
}

function fillStyleOf(
  context: CanvasRenderingContext2D,
  layer: MaskLayer,
  ratio: number,
): string | CanvasPattern {
  if (layer.fill === 'tint') return layer.color
  const pattern = context.createPattern(hatchTile(layer.color, layer.fill === 'hatchUp', ratio), 'repeat')
  if (pattern === null) return layer.color
  // The pattern stays in screen pixels while the path is in image pixels.
  pattern.setTransform(context.getTransform().inverse())
  return pattern
}

const tiles = new Map<string, HTMLCanvasElement>()

/** A repeatable square of diagonal lines, 7 CSS pixels apart, with a faint ground of the same colour. */
function hatchTile(color: string, isUp: boolean, ratio: number): HTMLCanvasElement {
  const key = `${color} ${isUp} ${ratio}`
  const known = tiles.get(key)
  if (known !== undefined) return known
  const side = Math.round(7 * ratio)
  const tile = document.createElement('canvas')
  tile.width = side
  tile.height = side
  const context = tile.getContext('2d')
  if (context !== null) {
    context.fillStyle = `${color}38`
    context.fillRect(0, 0, side, side)
    context.strokeStyle = color
    context.lineWidth = 1.7 * ratio
    context.beginPath()
    // The line through the middle and its neighbours at two corners make the joints seamless.
    for (const shift of [-side, 0, side]) {
      context.moveTo(shift - 1, isUp ? side + 1 : -1)
      context.lineTo(shift + side + 1, isUp ? -1 : side + 1)
    }
    context.stroke()
  }
  tiles.set(key, tile)
  return tile
}
