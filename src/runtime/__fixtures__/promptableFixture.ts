import type { Box, Point } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import type { Click, MaskCandidate } from '../../ml/generators/generator'
import { pasteMap } from '../../ml/imaging/pasteMap'
import type { GraphFacts } from '../../nn/onnx/promptable/graphFacts'
import type { Embedding, PromptableModel, RegionAnswer } from '../../nn/onnx/promptable/promptableModel'
import { recognise } from '../../nn/onnx/promptable/recognise'
import type { InferenceSession } from '../../nn/onnx/session'
import { openNodeSession } from './nodeOrt'

/** A recognised model on its sessions, as the inference worker has it. */
export interface OpenedPromptable {
  readonly model: PromptableModel
  readonly encoder: InferenceSession
  readonly decoder: InferenceSession
  encode(region: RgbaImage): Promise<Embedding>
  ask(seen: { region: RgbaImage; embedding: Embedding }, prompt: PartialPrompt): Promise<RegionAnswer>
}

export interface PartialPrompt {
  readonly boxPx: Box
  readonly clicks?: readonly Click[]
  readonly former?: Pick<MaskCandidate, 'feedback'> | null
}

export function factsOf(file: string, { inputs, outputs }: InferenceSession): GraphFacts {
  return { file, inputs, outputs }
}

/** One or two graphs, in any order, through the real runtime. */
export async function openPromptable(...graphs: readonly Uint8Array[]): Promise<OpenedPromptable> {
  const sessions: InferenceSession[] = []
  for (const graph of graphs) sessions.push(await openNodeSession(graph))
  const { model, encoderIndex, decoderIndex } = recognise(
    sessions.map((session, i) => factsOf(`graph${i}.onnx`, session)),
  )
  const encoder = sessions[encoderIndex]!
  const decoder = sessions[decoderIndex]!
  return {
    model,
    encoder,
    decoder,
    encode: (region) => model.encode(encoder, region),
    ask: ({ region, embedding }, { boxPx, clicks = [], former = null }) =>
      model.decode(decoder, embedding, region, { boxPx, clicks, former }),
  }
}

export function flatPicture(width: number, height: number, rgb: readonly number[] = [90, 120, 150]): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let p = 0; p < width * height; p++) data.set([rgb[0]!, rgb[1]!, rgb[2]!, 255], p * 4)
  return { width, height, data }
}

export function noisePicture(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4).map((_, i) =>
    i % 4 === 3 ? 255 : (i * 37 + (i >> 8) * 11) % 256,
  )
  return { width, height, data }
}

/** Logits at the pixels of the region, as a generator resamples them; below zero where the answer says nothing. */
export function logitsOf(
  { frame, candidates }: RegionAnswer,
  index: number,
  region: { readonly width: number; readonly height: number },
): (point: Point) => number {
  const window = { x: 0, y: 0, width: region.width, height: region.height }
  const { data } = pasteMap(candidates[index]!.logits, frame, window)
  return ({ x, y }) => data[Math.floor(y) * region.width + Math.floor(x)]!
}

/**
 * The edges of a mask along the two lines through a point inside it, in pixel edges of the region, to a fraction of a
 * pixel: where the logits between two pixel centres cross zero. The region's own edge where they never do.
 */
export function edgesAround(
  logitAt: (point: Point) => number,
  { x, y }: Point,
  region: { readonly width: number; readonly height: number },
): { left: number; right: number; top: number; bottom: number } {
  const across = (position: number): number => logitAt({ x: position, y })
  const down = (position: number): number => logitAt({ x, y: position })
  return {
    left: crossing(across, x, -1, region.width),
    right: crossing(across, x, 1, region.width),
    top: crossing(down, y, -1, region.height),
    bottom: crossing(down, y, 1, region.height),
  }
}

function crossing(valueAt: (position: number) => number, from: number, step: -1 | 1, limit: number): number {
  let at = Math.floor(from) + 0.5
  let value = valueAt(at)
  if (value <= 0) throw new Error(`the mask does not hold ${from}`)
  for (;;) {
    const next = at + step
    if (next < 0 || next > limit) return step < 0 ? 0 : limit
    const nextValue = valueAt(next)
    if (nextValue <= 0) return at + (step * value) / (value - nextValue)
    at = next
    value = nextValue
  }
}
