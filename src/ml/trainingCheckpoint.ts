import { AppError } from '../core/errors'
import { fingerprint } from '../core/fingerprint'
import type { EpochReport, TrainingSpec } from './training'

/**
 * A training run as it stood between two steps, in bytes:
 *
 *   0   "MASKWRUN"
 *   8   format version, then the header's length in bytes: two unsigned 32-bit numbers, little-endian
 *   16  fingerprint of all other bytes, 16 ASCII characters
 *   32  header: JSON in UTF-8, filled up with spaces to a multiple of 4
 *       then the vectors, float32, and after them the bitmaps, in the order in which the header lists them
 *
 * The header can be read without the network, so that a screen shows how far an interrupted run had come.
 */

/** What a checkpoint is of: a run goes on only with the same recipe, network and data. Fingerprints. */
export interface RunIdentity {
  readonly recipe: string
  readonly network: string
  readonly data: string
}

/** `TrainingSpec` without its bytes: enough to build the same network. */
export type CheckpointSpec = Pick<
  TrainingSpec,
  'studentId' | 'classCount' | 'levels' | 'width' | 'height' | 'seed' | 'params'
>

/** Where the loop stands and what it has counted. */
export interface LoopPosition {
  /** The epoch under way, and how many of its batches are done. Epochs before it are finished. */
  readonly epoch: number
  readonly batch: number
  readonly step: number
  readonly elapsedMs: number
  /** Time that the epoch under way has taken. */
  readonly epochMs: number
  /** States of the random streams; `order` as it was when the epoch under way began. */
  readonly random: { readonly order: number; readonly photometric: number; readonly dropout: number }
  /** Sums over the steps of the epoch under way. */
  readonly totals: {
    readonly steps: number
    readonly loss: number
    readonly fine: number
    readonly binary: number
    readonly corrected: number
    readonly skipped: number
    readonly cappedImages: readonly number[]
  }
  readonly skippedInARow: number
  readonly best: { readonly epoch: number; readonly score: number } | null
}

export interface TrainingCheckpoint {
  readonly spec: CheckpointSpec
  readonly identity: RunIdentity
  readonly position: LoopPosition
  /** Reports of the finished epochs. */
  readonly reports: readonly EpochReport[]
  /** By name; `losses` are those of all steps so far. */
  readonly vectors: ReadonlyMap<string, Float32Array>
  /** By image index: pixels of the canvas that self-correction has told of, 1 each. */
  readonly corrected: ReadonlyMap<number, Uint8Array>
}

interface Header extends Omit<TrainingCheckpoint, 'vectors' | 'corrected'> {
  readonly vectors: readonly { readonly name: string; readonly length: number }[]
  /** Image indices; each bitmap is width x height bits. */
  readonly corrected: readonly number[]
}

const MAGIC = 'MASKWRUN'
const VERSION = 1
const FINGERPRINT_AT = 16
const HEADER_AT = 32

export function writeCheckpoint(checkpoint: TrainingCheckpoint): Uint8Array<ArrayBuffer> {
  const { spec, vectors, corrected } = checkpoint
  const header: Header = {
    ...checkpoint,
    vectors: [...vectors].map(([name, { length }]) => ({ name, length })),
    corrected: [...corrected.keys()],
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 4) * 4
  const vectorBytes = 4 * [...vectors.values()].reduce((sum, { length }) => sum + length, 0)
  const bitmapBytes = Math.ceil((spec.width * spec.height) / 8)
  const bytes = new Uint8Array(HEADER_AT + headerBytes + vectorBytes + corrected.size * bitmapBytes)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint32(8, VERSION, true)
  view.setUint32(12, headerBytes, true)
  bytes.fill(0x20, HEADER_AT, HEADER_AT + headerBytes)
  bytes.set(text, HEADER_AT)
  let at = HEADER_AT + headerBytes
  for (const values of vectors.values()) {
    new Float32Array(bytes.buffer, at, values.length).set(values)
    at += 4 * values.length
  }
  for (const pixels of corrected.values()) {
    for (let p = 0; p < pixels.length; p++) bytes[at + (p >> 3)]! |= pixels[p]! << (p & 7)
    at += bitmapBytes
  }
  bytes.set(new TextEncoder().encode(nameOf(bytes)), FINGERPRINT_AT)
  return bytes
}

/** Throws `train/bad-checkpoint` for bytes that are damaged, cut short, or of another version. */
export function readCheckpoint(stored: Uint8Array): TrainingCheckpoint {
  // Views of 32-bit numbers need an aligned start, and the result shall not hang on the caller's buffer.
  const bytes = stored.slice()
  const ascii = (from: number, to: number): string =>
    String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)))
  if (bytes.length < HEADER_AT || ascii(0, 8) !== MAGIC) throw unusable('it is not a checkpoint')
  const view = new DataView(bytes.buffer)
  const version = view.getUint32(8, true)
  if (version !== VERSION)
    throw unusable(`its format is version ${version}, this release reads version ${VERSION}`)
  if (ascii(FINGERPRINT_AT, HEADER_AT) !== nameOf(bytes)) throw unusable('it is damaged')
  let at = HEADER_AT + view.getUint32(12, true)
  // Proved by the fingerprint: what was written is what is read.
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_AT, at))) as Header
  const vectors = new Map<string, Float32Array>()
  for (const { name, length } of header.vectors) {
    vectors.set(name, new Float32Array(bytes.buffer, at, length))
    at += 4 * length
  }
  const pixelCount = header.spec.width * header.spec.height
  const corrected = new Map<number, Uint8Array>()
  for (const imageIndex of header.corrected) {
    const from = at
    corrected.set(
      imageIndex,
      Uint8Array.from({ length: pixelCount }, (_, p) => (bytes[from + (p >> 3)]! >> (p & 7)) & 1),
    )
    at += Math.ceil(pixelCount / 8)
  }
  return { ...header, vectors, corrected }
}

/** Throws `train/bad-checkpoint` that says what is not the same. */
export function assertSameRun(checkpoint: RunIdentity, run: RunIdentity): void {
  if (checkpoint.recipe !== run.recipe) throw unusable('it is of a run with other settings')
  if (checkpoint.network !== run.network) throw unusable('it is of another network')
  if (checkpoint.data !== run.data) throw unusable('it is of a run on other pictures or masks')
}

function nameOf(bytes: Uint8Array): string {
  return fingerprint([bytes.subarray(0, FINGERPRINT_AT), bytes.subarray(HEADER_AT)])
}

function unusable(reason: string): AppError {
  return new AppError('train/bad-checkpoint', `the checkpoint cannot be used: ${reason}`)
}
