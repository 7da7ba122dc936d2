import { describe, expect, test, vi } from 'vitest'
import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import type { Click } from '../../ml/generators/generator'
import type { Embedding, RegionAnswer } from '../../nn/onnx/promptable/promptableModel'
import { FIXTURE_MODELS, type FixtureModel } from '../../nn/onnx/promptable/__fixtures__/fixtureModels'
import { tensorOf } from '../../nn/onnx/session'
import {
  edgesAround,
  flatPicture,
  logitsOf,
  noisePicture,
  openPromptable,
  type OpenedPromptable,
} from '../__fixtures__/promptableFixture'

// Compiling the wasm runtime and a picture of a megapixel may take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** Regions wider, higher, larger and much longer than the canvas, each with a box away from its middle. */
const CASES: readonly { readonly size: readonly [number, number]; readonly boxPx: Box }[] = [
  { size: [200, 150], boxPx: { x: 120, y: 20, width: 61, height: 44 } },
  { size: [150, 260], boxPx: { x: 13.5, y: 150.25, width: 70, height: 66 } },
  { size: [1300, 1100], boxPx: { x: 200, y: 700, width: 330, height: 270 } },
  { size: [640, 90], boxPx: { x: 400, y: 8, width: 160, height: 60 } },
]

/** Whether two answers hold the same numbers; a matcher takes seconds for a megapixel. */
function isSame(one: RegionAnswer, other: RegionAnswer): boolean {
  return one.candidates.every(({ logits }, i) =>
    logits.every((value, p) => value === other.candidates[i]!.logits[p]),
  )
}

/** Left half red, right half blue, the bottom quarter dark: no symmetry that would hide a mistake. */
function quarteredPicture(width: number, height: number): RgbaImage {
  const picture = flatPicture(width, height, [200, 60, 20])
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = y >= (3 * height) / 4 ? [10, 10, 10] : x >= width / 2 ? [30, 90, 210] : [200, 60, 20]
      picture.data.set(colour, (y * width + x) * 4)
    }
  }
  return picture
}

const MODELS = Object.entries(FIXTURE_MODELS)

type Seen = { opened: OpenedPromptable; seen: { region: RgbaImage; embedding: Embedding } }

async function see(fixture: FixtureModel, region: RgbaImage): Promise<Seen> {
  const opened = await openPromptable(...fixture.graphs())
  return { opened, seen: { region, embedding: await opened.encode(region) } }
}

const kept = new Map<FixtureModel, Promise<Seen>>()

/** A flat picture of 200 x 150, seen once for all tests: what is kept of it must serve every prompt. */
function seeFlat(fixture: FixtureModel): Promise<Seen> {
  const seen = kept.get(fixture) ?? see(fixture, flatPicture(200, 150))
  kept.set(fixture, seen)
  return seen
}

/** The candidate that is as large as its box, or half a cell smaller. */
function exactOf({ growth }: FixtureModel): number {
  return growth.includes(0) ? growth.indexOf(0) : growth.indexOf(-0.5)
}

/** Logits after clicks in a box of 80 x 60; `ADD` is near its right edge, so that its disc reaches `BEYOND`. */
async function clicked(fixture: FixtureModel, ...clicks: readonly Click[]) {
  const { opened, seen } = await seeFlat(fixture)
  const boxPx = { x: 40, y: 40, width: 80, height: 60 }
  return logitsOf(await opened.ask(seen, { boxPx, clicks }), exactOf(fixture), seen.region)
}
const ADD: Click = { pointPx: { x: 118, y: 55 }, isPositive: true }
const BEYOND = { x: 121, y: 55 }
const REMOVE: Click = { pointPx: { x: 60, y: 80 }, isPositive: false }

describe.each(MODELS)('the fixture model %s', (_, fixture) => {
  const exact = exactOf(fixture)
  /** Canvas pixels a pixel of the region takes, by axis: rounded sides make them differ. */
  const scaleOf = (region: RgbaImage, side: number): { x: number; y: number } => {
    if (!fixture.keepsShape) return { x: side / region.width, y: side / region.height }
    const scale = side / Math.max(region.width, region.height)
    return {
      x: Math.round(region.width * scale) / region.width,
      y: Math.round(region.height * scale) / region.height,
    }
  }

  test('is recognised as what it is, in either order of its files', async () => {
    const { model } = await openPromptable(...fixture.graphs())
    expect(model.family).toBe(fixture.family)
    expect((await openPromptable(...[...fixture.graphs()].reverse())).model.family).toBe(fixture.family)
  })

  test.each(CASES)('a box in a region of $size comes back in its place', async ({ size, boxPx }) => {
    const { opened, seen } = await see(fixture, flatPicture(...size))
    const answer = await opened.ask(seen, { boxPx })
    expect(answer.candidates.length).toBe(fixture.growth.length)
    const scale = scaleOf(seen.region, opened.model.canvasSide)
    const middle = { x: boxPx.x + boxPx.width / 2, y: boxPx.y + boxPx.height / 2 }
    for (const [index, growth] of fixture.growth.entries()) {
      if (Math.abs(growth) > 1) continue // these leave the neighbourhood of the box, or nothing of it
      const edges = edgesAround(logitsOf(answer, index, seen.region), middle, seen.region)
      // The graph goes to the centre of the canvas pixel by itself: half a canvas pixel, not ours to undo.
      const grown = growth * fixture.cellPx
      const tolerance = 0.02 * Math.max(1, 1 / scale.x, 1 / scale.y)
      const expected = {
        left: boxPx.x + (0.5 - grown) / scale.x,
        right: boxPx.x + boxPx.width + (0.5 + grown) / scale.x,
        top: boxPx.y + (0.5 - grown) / scale.y,
        bottom: boxPx.y + boxPx.height + (0.5 + grown) / scale.y,
      }
      for (const edge of ['left', 'right', 'top', 'bottom'] as const) {
        expect(Math.abs(edges[edge] - expected[edge]), `${edge} of candidate ${index}`).toBeLessThan(
          tolerance,
        )
      }
    }
  })

  test('a box on a textured picture keeps its place within a cell', async () => {
    const { opened, seen } = await see(fixture, noisePicture(200, 150))
    const boxPx = { x: 40, y: 60, width: 80, height: 50 }
    const answer = await opened.ask(seen, { boxPx })
    const cell = fixture.cellPx / scaleOf(seen.region, opened.model.canvasSide).x
    const edges = edgesAround(logitsOf(answer, exact, seen.region), { x: 80, y: 85 }, seen.region)
    expect(Math.abs(edges.left - 40)).toBeLessThan(cell)
    expect(Math.abs(edges.right - 120)).toBeLessThan(cell)
    expect(Math.abs(edges.top - 60)).toBeLessThan(cell)
    expect(Math.abs(edges.bottom - 110)).toBeLessThan(cell)
  })

  test('another picture gives other logits for the same box', async () => {
    const boxPx = { x: 40, y: 60, width: 80, height: 50 }
    const dark = await see(fixture, flatPicture(200, 150, [20, 20, 20]))
    const light = await see(fixture, flatPicture(200, 150, [220, 220, 220]))
    const first = await dark.opened.ask(dark.seen, { boxPx })
    const second = await light.opened.ask(light.seen, { boxPx })
    expect(isSame(first, second)).toBe(false)
  })

  test('two boxes of one picture do not disturb each other', async () => {
    const { opened, seen } = await seeFlat(fixture)
    const one = { boxPx: { x: 10, y: 10, width: 50, height: 40 } }
    const other = { boxPx: { x: 100, y: 80, width: 60, height: 50 } }
    const alone = await opened.ask(seen, one)
    await opened.ask(seen, other)
    const again = await opened.ask(seen, one)
    expect(again.frame).toEqual(alone.frame)
    expect(isSame(again, alone)).toBe(true)
  })

  test('a positive click adds at its place', async () => {
    expect((await clicked(fixture))(BEYOND)).toBeLessThan(0)
    expect((await clicked(fixture, ADD))(BEYOND)).toBeGreaterThan(0)
  })

  test('a former answer is fed back where the model takes it', async () => {
    const { opened, seen } = await seeFlat(fixture)
    const boxPx = { x: 100, y: 60, width: 70, height: 60 }
    const earlier = await opened.ask(seen, { boxPx: { x: 80, y: 60, width: 40, height: 60 } })
    const former = earlier.candidates[exact]!
    const left = { x: 92, y: 90 } // in the earlier box only
    expect(former.feedback.length > 0).toBe(opened.model.accepts.feedback)
    const afresh = logitsOf(await opened.ask(seen, { boxPx }), exact, seen.region)
    const refined = logitsOf(await opened.ask(seen, { boxPx, former }), exact, seen.region)
    expect(afresh(left)).toBeLessThan(0)
    expect(refined(left) > 0).toBe(opened.model.accepts.feedback)
    expect(refined({ x: 150, y: 90 })).toBeGreaterThan(0)
  })

  test('a box of one pixel, with its corners swapped, at the very edge, is answered', async () => {
    const { opened, seen } = await seeFlat(fixture)
    const answer = await opened.ask(seen, { boxPx: { x: 200, y: 150, width: -1, height: -1 } })
    expect(logitsOf(answer, exact, seen.region)({ x: 198.5, y: 148.5 })).toBeGreaterThan(0)
  })
})

describe.each(MODELS.filter(([, { embedding }]) => embedding !== null))(
  'the fixture model %s',
  (_, fixture) => {
    test('the encoder sees red, green and blue normalised, in their places, and nothing beyond the picture', async () => {
      const { seen } = await see(fixture, quarteredPicture(512, 256))
      const { data, dims } = tensorOf(seen.embedding, fixture.embedding!)
      const cells = dims[3]!
      expect(dims).toEqual([1, 256, cells, cells])
      const colourAt = (x: number, y: number): number[] =>
        [0, 1, 2].map(
          (channel) => data[(channel * cells + Math.floor(y * cells)) * cells + Math.floor(x * cells)]!,
        )
      // The picture fills the canvas, or its upper half.
      const rows = fixture.keepsShape ? 0.5 : 1
      const [red, green, blue] = fixture.normalised
      const expectColour = (found: readonly number[], expected: readonly number[]): void =>
        found.forEach((value, channel) => expect(value).toBeCloseTo(expected[channel]!, 4))
      expectColour(colourAt(0.1, 0.1 * rows), [red, green, blue])
      expectColour(colourAt(0.9, 0.1 * rows), colourAt(0.6, 0.6 * rows))
      expect(colourAt(0.9, 0.1 * rows)[0]).toBeLessThan(red)
      expect(colourAt(0.9, 0.1 * rows)[2]).toBeGreaterThan(blue)
      expectColour(colourAt(0.1, 0.9 * rows), colourAt(0.9, 0.9 * rows))
      if (fixture.keepsShape) expectColour([...colourAt(0.1, 0.55), ...colourAt(0.9, 0.95)], Array(6).fill(0))
    })
  },
)

describe.each(MODELS.filter(([, model]) => model.takesNegativeClicks))(
  'the fixture model %s',
  (_, fixture) => {
    test('a negative click takes away, beside a positive one', async () => {
      expect((await clicked(fixture))(REMOVE.pointPx)).toBeGreaterThan(0)
      const logitAt = await clicked(fixture, REMOVE, ADD)
      expect(logitAt(REMOVE.pointPx)).toBeLessThan(0)
      expect(logitAt(BEYOND)).toBeGreaterThan(0)
      expect(logitAt({ x: 60, y: 45 })).toBeGreaterThan(0)
    })
  },
)
