import { AppError } from '../../core/errors'
import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import type { Embedding, RegionAnswer } from '../../nn/onnx/promptable/promptableModel'
import type { InferenceSession } from '../../nn/onnx/session'
import type { BoundModel } from './boundModel'
import { checkAnswer, checkEmbedding } from './libraryAnswers'

/** A picture with two things on a ramp. Its size is the model's own business: all bring it to their canvas. */
const SIZE = { width: 96, height: 72 }

/** They overlap, so that what a model says of one place can be compared; each also covers much that the other does not. */
const BOXES = [
  { x: 10, y: 8, width: 40, height: 30 },
  { x: 32, y: 26, width: 46, height: 36 },
] as const

/** What the canary knows about one way of running a model. */
export interface LibraryProbe {
  /** What the encoder made of the canary's picture, in short. */
  readonly mark: string
  /** One per box. */
  readonly answers: readonly RegionAnswer[]
}

/**
 * Encodes the canary's picture once and asks for both boxes. Throws `model/bad-output` when neither the box nor
 * what the encoder saw makes a difference: such a model would answer, only not to what it was asked.
 */
export async function probeLibrary(
  { promptable, isWhole }: BoundModel,
  title: string,
  encoder: InferenceSession,
  decoder: InferenceSession,
): Promise<LibraryProbe> {
  const ask = async (embedding: Embedding, boxPx: Box): Promise<RegionAnswer> => {
    const answer = await promptable.decode(decoder, embedding, SIZE, { boxPx, clicks: [], former: null })
    checkAnswer(answer, title)
    return answer
  }
  const ignores = (what: string): AppError =>
    new AppError('model/bad-output', `${title} draws the same mask for every ${what}: it ignores its input`)

  const embedding = await promptable.encode(encoder, canaryPicture(false))
  checkEmbedding(embedding, title)
  const first = await ask(embedding, BOXES[0])
  const second = await ask(embedding, BOXES[1])
  if (saySame(first, second)) throw ignores('box')
  // A model of one graph sees the picture with every prompt; a decoder is shown what no picture looks like.
  const other = isWhole ? await promptable.encode(encoder, canaryPicture(true)) : negated(embedding)
  if (saySame(first, await ask(other, BOXES[0]))) throw ignores('picture')
  return { mark: markOf(embedding), answers: [first, second] }
}

/** Where in a pixel its logit is read: not where cells of the usual canvases meet, or rounding would pick a neighbour. */
const SAMPLE = 0.37

/** Whether two answers have the same logits wherever both have any. */
function saySame(a: RegionAnswer, b: RegionAnswer): boolean {
  let compared = 0
  for (let i = 0; i < Math.min(a.candidates.length, b.candidates.length); i++) {
    for (let y = SAMPLE; y < SIZE.height; y++) {
      for (let x = SAMPLE; x < SIZE.width; x++) {
        const inA = logitAt(a, i, x, y)
        const inB = logitAt(b, i, x, y)
        if (inA === null || inB === null) continue
        if (Math.abs(inA - inB) > 1e-6 * Math.max(1, Math.abs(inA))) return false
        compared++
      }
    }
  }
  return compared > 0
}

/** The logit of the cell over a point of the picture; null outside the answer's grid. */
function logitAt(
  { frame, candidates }: RegionAnswer,
  candidate: number,
  x: number,
  y: number,
): number | null {
  const column = Math.floor(((x - frame.originPx.x) / frame.widthPx) * frame.columns)
  const row = Math.floor(((y - frame.originPx.y) / frame.heightPx) * frame.rows)
  if (column < 0 || column >= frame.columns || row < 0 || row >= frame.rows) return null
  return candidates[candidate]!.logits[row * frame.columns + column]!
}

function negated(embedding: Embedding): Embedding {
  return Object.fromEntries(
    Object.entries(embedding).map(([name, tensor]) =>
      'type' in tensor ? [name, tensor] : [name, { ...tensor, data: tensor.data.map((value) => -value) }],
    ),
  )
}

/** What two providers made of the same: over all boxes and candidates, the least agreement and the greatest difference. */
export interface ProbeAgreement {
  /** Intersection over union of the masks at logit 0; two empty masks agree. */
  readonly maskIou: number
  /** Mean |difference| of logits relative to their spread. */
  readonly difference: number
}

/** Masks of one model that two providers draw agree at least so much (SAM notes, §8). */
const MINIMAL_MASK_IOU = 0.98
/** Greatest mean difference that is still rounding; half precision stays below it. */
const MAXIMAL_DIFFERENCE = 0.02

export function isAgreement({ maskIou, difference }: ProbeAgreement): boolean {
  return maskIou >= MINIMAL_MASK_IOU && difference <= MAXIMAL_DIFFERENCE
}

export function compareProbes(reference: LibraryProbe, candidate: LibraryProbe): ProbeAgreement {
  let maskIou = 1
  let difference = 0
  reference.answers.forEach(({ candidates }, box) => {
    candidates.forEach(({ logits }, i) => {
      const other = candidate.answers[box]?.candidates[i]?.logits
      if (other?.length !== logits.length) {
        maskIou = 0
        difference = Infinity
        return
      }
      maskIou = Math.min(maskIou, iouAtZero(logits, other))
      difference = Math.max(difference, meanDifference(logits, other))
    })
  })
  return { maskIou, difference }
}

function iouAtZero(a: Float32Array, b: Float32Array): number {
  let intersection = 0
  let union = 0
  for (let p = 0; p < a.length; p++) {
    const inA = a[p]! > 0
    const inB = b[p]! > 0
    if (inA && inB) intersection++
    if (inA || inB) union++
  }
  return union === 0 ? 1 : intersection / union
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  let lowest = Infinity
  let highest = -Infinity
  let sum = 0
  for (let p = 0; p < a.length; p++) {
    lowest = Math.min(lowest, a[p]!)
    highest = Math.max(highest, a[p]!)
    sum += Math.abs(a[p]! - b[p]!)
  }
  return sum / a.length / Math.max(highest - lowest, 1e-3)
}

/** Values per tensor that go into the mark: enough that two pictures never share it. */
const MARK_VALUES = 4096

/** A hash (FNV-1a over the bits) of evenly spread values of every tensor: equal for equal embeddings. */
export function markOf(embedding: Embedding): string {
  let hash = 0x811c9dc5
  const bits = new Uint32Array(1)
  const value = new Float32Array(bits.buffer)
  for (const tensor of Object.values(embedding)) {
    if ('type' in tensor) continue
    const { data } = tensor
    const step = Math.max(1, Math.floor(data.length / MARK_VALUES))
    for (let i = 0; i < data.length; i += step) {
      value[0] = data[i]!
      hash = Math.imul(hash ^ bits[0]!, 0x01000193) >>> 0
    }
  }
  return hash.toString(16).padStart(8, '0')
}

/** A bright square and a dark disc on a rough ramp, or the negative of it. */
function canaryPicture(isNegative: boolean): RgbaImage {
  const { width, height } = SIZE
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inSquare = x >= 16 && x < 42 && y >= 12 && y < 32
      const inDisc = (x - 58) ** 2 + (y - 45) ** 2 < 180
      const value = inSquare ? 210 : inDisc ? 40 : 90 + ((x + y) >> 2) + ((x * 7 + y * 13) % 11)
      const at = (y * width + x) * 4
      data.fill(isNegative ? 255 - value : value, at, at + 3)
    }
  }
  return { width, height, data }
}
