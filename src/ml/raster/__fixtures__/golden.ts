import { readFileSync } from 'node:fs'
import type { BinaryMask } from '../../../core/raster'
import { emptyMask } from '../../../core/raster'

/** Answers of the reference COCO API (`about.made_with` in the file), read as they are. */
export interface Golden {
  readonly rle: {
    readonly small: readonly (GoldenMask & { readonly rows: readonly string[] })[]
    readonly large: readonly (GoldenMask & { readonly recipe: readonly RecipeStep[] })[]
    readonly counts_only: readonly Omit<GoldenMask, 'bbox'>[]
    readonly non_canonical: readonly (Omit<GoldenMask, 'bbox'> & {
      readonly rows: readonly string[]
      readonly canonical_counts: readonly number[]
    })[]
  }
  readonly polygons: readonly (Omit<GoldenMask, 'counts'> & { readonly polygons: readonly number[][] })[]
  readonly boxes: readonly (Omit<GoldenMask, 'counts'> & { readonly box: Quad })[]
  readonly iou: readonly {
    readonly name: string
    readonly dt: readonly GoldenRle[]
    readonly gt: readonly GoldenRle[]
    readonly iscrowd: readonly number[]
    readonly iou: readonly number[][]
  }[]
  readonly merge: readonly {
    readonly h: number
    readonly w: number
    readonly in: readonly string[]
    readonly union: string
    readonly intersection: string
    readonly union_area: number
    readonly intersection_area: number
  }[]
  readonly eval: {
    readonly iou_thresholds: readonly number[]
    readonly recall_points: readonly number[]
    readonly stats_names: readonly string[]
    readonly cases: readonly GoldenEvaluation[]
  }
}

export type Quad = readonly [number, number, number, number]
export interface GoldenRle {
  readonly size: readonly [number, number]
  readonly counts: string
}
interface GoldenMask {
  readonly name: string
  readonly h: number
  readonly w: number
  readonly counts: readonly number[]
  readonly rle: string
  readonly area: number
  readonly bbox: Quad
}
export interface GoldenAnnotation {
  readonly id: number
  readonly image_id: number
  readonly category_id: number
  readonly segmentation: readonly number[][] | { size: [number, number]; counts: string | number[] }
  readonly area: number
  readonly iscrowd: number
}
export interface GoldenEvaluation {
  readonly name: string
  readonly gt: {
    readonly images: readonly { readonly id: number; readonly height: number; readonly width: number }[]
    readonly categories: readonly { readonly id: number; readonly name: string }[]
    readonly annotations: readonly GoldenAnnotation[]
  }
  readonly results: readonly (Pick<GoldenAnnotation, 'image_id' | 'category_id'> & {
    readonly segmentation: GoldenRle
    readonly score: number
  })[]
  readonly expected: {
    readonly stats: readonly number[]
    readonly recall_per_threshold: readonly number[]
    readonly per_class: readonly {
      readonly category_id: number
      readonly ap: number
      readonly ap50: number
      readonly ap75: number
      readonly ap_area: readonly number[]
      readonly ap_per_threshold: readonly number[]
      readonly recall_per_threshold: readonly number[]
      readonly recall_area_per_threshold: readonly number[][]
      readonly precision_curve_50: readonly number[]
    }[]
  }
}

type RecipeStep = { readonly value: 0 | 1 } & (
  | { readonly op: 'rect'; readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  | { readonly op: 'disc'; readonly cx: number; readonly cy: number; readonly r2: number }
  | { readonly op: 'checker'; readonly size: number }
  | { readonly op: 'stripes'; readonly axis: 'x' | 'y'; readonly period: number; readonly on: number }
  | {
      readonly op: 'diagonal'
      readonly a: number
      readonly b: number
      readonly c: number
      readonly half: number
    }
  | { readonly op: 'lcg'; readonly seed: number; readonly below: number }
)

export const golden = JSON.parse(
  readFileSync(new URL('./coco.json', import.meta.url), 'utf8'),
) as Golden

export function maskFromRows(rows: readonly string[]): BinaryMask {
  const width = rows[0]?.length ?? 0
  return { width, height: rows.length, data: Uint8Array.from(rows.join('').split(''), Number) }
}

/** The way back of `maskFromRows`. */
export function rowsOf({ width, height, data }: BinaryMask): string[] {
  return Array.from({ length: height }, (_, y) => data.slice(y * width, (y + 1) * width).join(''))
}

/** Paints a recipe of the golden file: each step writes its value into the pixels it selects. */
export function maskFromRecipe(width: number, height: number, recipe: readonly RecipeStep[]): BinaryMask {
  const mask = emptyMask({ width, height })
  for (const step of recipe) {
    const selects = selectorOf(step)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) if (selects(x, y)) mask.data[y * width + x] = step.value
    }
  }
  return mask
}

function selectorOf(step: RecipeStep): (x: number, y: number) => boolean {
  switch (step.op) {
    case 'rect':
      return (x, y) => step.x <= x && x < step.x + step.w && step.y <= y && y < step.y + step.h
    case 'disc':
      return (x, y) => (x - step.cx) ** 2 + (y - step.cy) ** 2 <= step.r2
    case 'checker':
      return (x, y) => (Math.floor(x / step.size) + Math.floor(y / step.size)) % 2 === 0
    case 'stripes':
      return (x, y) => (step.axis === 'x' ? x : y) % step.period < step.on
    case 'diagonal':
      return (x, y) => Math.abs(step.a * x + step.b * y + step.c) <= step.half
    case 'lcg': {
      let state = step.seed
      return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state >>> 24 < step.below
      }
    }
  }
}

/** Index of the first byte that differs, or -1. Deep equality of the test runner takes a second per picture. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i
  return -1
}
