import type { Size } from '../../core/geometry'
import type { Random } from '../../core/random'
import type { BinaryMask, ScoreMap } from '../../core/raster'
import { cloudNoise, smoothStep } from './noise'

/** A drawn defect: how strongly each pixel is affected (0..1) and what counts as defect (strength >= 0.5). */
export interface DrawnDefect {
  readonly strength: ScoreMap
  readonly mask: BinaryMask
}

export type DefectKind = 'scratch' | 'pit' | 'stain'
export const DEFECT_KINDS: readonly DefectKind[] = ['scratch', 'pit', 'stain']

/** Draws one defect somewhere inside the picture; changes `luminance` in place and returns the exact mask. */
export function drawDefect(kind: DefectKind, luminance: ScoreMap, random: Random): DrawnDefect {
  const drawn = shapeOf(kind, luminance, random)
  applyTo(kind, luminance, drawn.strength, random)
  return drawn
}

function shapeOf(kind: DefectKind, size: Size, random: Random): DrawnDefect {
  switch (kind) {
    case 'scratch':
      return scratch(size, random)
    case 'pit':
      return blob(size, random, 5 + random.next() * 8, 0.35, 9)
    case 'stain':
      return blob(size, random, 20 + random.next() * 26, 0.55, 22)
  }
}

/** A bent stroke that tapers at both ends and breaks up a little: distance to a quadratic curve against a local width. */
function scratch(size: Size, random: Random): DrawnDefect {
  const length = Math.min(size.width, size.height) * (0.22 + random.next() * 0.38)
  const angle = random.next() * Math.PI
  const half = { x: (Math.cos(angle) * length) / 2, y: (Math.sin(angle) * length) / 2 }
  const cx = Math.abs(half.x) + 12 + random.next() * Math.max(1, size.width - 2 * Math.abs(half.x) - 24)
  const cy = Math.abs(half.y) + 12 + random.next() * Math.max(1, size.height - 2 * Math.abs(half.y) - 24)
  const bend = (random.next() - 0.5) * length * 0.3
  const width = 1.3 + random.next() * 1.6
  const wobble = cloudNoise({ width: 256, height: 1 }, 24, 3, random.integer(1 << 30))
  const data = new Float32Array(size.width * size.height)
  const steps = Math.ceil(length * 2)
  for (let i = 0; i <= steps; i++) {
    const t = i / steps
    const along = t * 2 - 1
    const taper = Math.sqrt(Math.max(0, 1 - along ** 4))
    const roughness = wobble.data[Math.floor(t * 255)]!
    const side = bend * (1 - along * along) + roughness * 1.6
    const x = cx + half.x * along - (half.y / length) * 2 * side
    const y = cy + half.y * along + (half.x / length) * 2 * side
    stamp(data, size, x, y, width * taper * (1 + 0.5 * roughness))
  }
  return withMask(size, data)
}

/** Raises the strength around a point: 1 inside the radius, falling to 0 within a pixel and a half. */
function stamp(data: Float32Array, size: Size, cx: number, cy: number, radius: number): void {
  const reach = Math.ceil(radius + 2)
  for (
    let y = Math.max(0, Math.floor(cy) - reach);
    y <= Math.min(size.height - 1, Math.floor(cy) + reach);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(cx) - reach);
      x <= Math.min(size.width - 1, Math.floor(cx) + reach);
      x++
    ) {
      const edge = radius + 0.5 - Math.hypot(x + 0.5 - cx, y + 0.5 - cy)
      const value = smoothStep(edge / 1.4 + 0.5)
      const p = y * size.width + x
      if (value > data[p]!) data[p] = value
    }
  }
}

/** A round shape whose radius is bent by noise; `irregularity` is the share of the radius that noise may take or give. */
function blob(
  size: Size,
  random: Random,
  radius: number,
  irregularity: number,
  noiseCell: number,
): DrawnDefect {
  const margin = radius * 1.6 + 4
  const cx = margin + random.next() * (size.width - 2 * margin)
  const cy = margin + random.next() * (size.height - 2 * margin)
  const stretch = 0.7 + random.next() * 0.6
  const reach = Math.ceil(radius * 2)
  const noise = cloudNoise({ width: 2 * reach, height: 2 * reach }, noiseCell, 3, random.integer(1 << 30))
  const softness = Math.max(1.2, radius * 0.1)
  const data = new Float32Array(size.width * size.height)
  const left = Math.floor(cx) - reach
  const top = Math.floor(cy) - reach
  for (let v = 0; v < 2 * reach; v++) {
    for (let u = 0; u < 2 * reach; u++) {
      const x = left + u
      const y = top + v
      if (x < 0 || y < 0 || x >= size.width || y >= size.height) continue
      const distance = Math.hypot((x + 0.5 - cx) * stretch, (y + 0.5 - cy) / stretch)
      const edge = radius * (1 + irregularity * noise.data[v * 2 * reach + u]!) - distance
      data[y * size.width + x] = smoothStep(edge / softness + 0.5)
    }
  }
  return withMask(size, data)
}

function withMask(size: Size, data: Float32Array): DrawnDefect {
  return {
    strength: { width: size.width, height: size.height, data },
    mask: {
      width: size.width,
      height: size.height,
      data: Uint8Array.from(data, (value) => (value >= 0.5 ? 1 : 0)),
    },
  }
}

/** How a defect looks: scratches shine or cut dark, pits are dark with a lit rim, stains tint and keep the texture. */
function applyTo(kind: DefectKind, luminance: ScoreMap, strength: ScoreMap, random: Random): void {
  const { width, height } = luminance
  const shines = kind === 'scratch' && random.next() < 0.6
  const contrast = 0.75 + random.next() * 0.5
  const textureSide = 128
  const cell = kind === 'stain' ? 30 : 6
  const texture = cloudNoise({ width: textureSide, height: textureSide }, cell, 2, random.integer(1 << 30))
  for (let p = 0; p < luminance.data.length; p++) {
    const s = strength.data[p]!
    if (s === 0) continue
    const x = p % width
    const y = (p - x) / width
    const t = (y % textureSide) * textureSide + (x % textureSide)
    // Light comes from the upper left: the slope of the strength towards it makes a rim.
    const previous = x > 0 && y > 0 ? strength.data[p - width - 1]! : s
    const next = x < width - 1 && y < height - 1 ? strength.data[p + width + 1]! : s
    const slope = next - previous
    const before = luminance.data[p]!
    const grain = 1 + 0.3 * texture.data[t]!
    const change =
      kind === 'scratch'
        ? (shines ? 0.2 : -0.2) * s * grain
        : kind === 'pit'
          ? -0.26 * s * grain - 0.16 * slope
          : -0.13 * s * (1 + 0.6 * texture.data[t]!)
    luminance.data[p] = Math.min(0.98, Math.max(0.02, before + change * contrast))
  }
}
