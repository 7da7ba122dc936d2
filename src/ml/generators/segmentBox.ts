import { assert } from '../../core/assert'
import type { Box } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import { dilateBox, pixelWindow } from '../imaging/boxWindow'
import { MINIMAL_DILATION_PX } from './boxTight'
import { candidateLabel, numbered } from './candidateLabels'
import { isDistinct } from './distinctMasks'
import type {
  AlternativeMask,
  FormerAnswer,
  GeneratedMask,
  GeneratorContext,
  GeneratorInput,
} from './generator'
import { answerAround } from './gridAround'
import { imageRegion } from './imageRegion'
import { lookCloser } from './lookCloser'
import { maskOfCandidate, rawMaskOf, type MaskRoom } from './maskOfCandidate'
import { promptBox } from './promptBox'
import { readAnswer, type Reading, type ReadingRule } from './readAnswer'

/** More masks than this to cycle through help nobody. */
const MAXIMAL_ALTERNATIVES = 4

/** Larger patches than this come without all their readings: a byte a pixel for each of them adds up. */
const MAXIMAL_READING_PIXELS = 250_000

type View = Omit<FormerAnswer, 'feedback'>

/** The parameters of the segmenter generator. */
export interface SegmentParams extends ReadingRule {
  /** `auto`: large boxes are looked at again part by part; `off`: never. */
  readonly detail: string
  readonly cleanUp: boolean
}

/** What the segmenter generator does; its form is in segmenter.ts. */
export async function segmentBox(
  input: GeneratorInput,
  params: SegmentParams,
  { segmenter: model }: GeneratorContext,
  options: JobOptions,
): Promise<GeneratedMask> {
  assert(model !== undefined, 'the segmenter generator needs a segmenter')
  options.signal.throwIfAborted()
  const { image, clicks } = input
  const view = viewOf(input, model.canvasSide)
  const { promptBoxPx: boxPx, regionPx } = view
  const former = isSameView(input.former, view, model.canvasSide) ? input.former : null
  const looked = await model.segment({ boxPx, regionPx, clicks, former })
  options.signal.throwIfAborted()
  const whole = model.canvasSide === null ? looked : answerAround(looked, boxPx)
  const answer =
    params.detail === 'auto' ? await lookCloser(image, whole, boxPx, clicks, model, options) : whole
  const reading = readAnswer(image, answer, boxPx, params)
  const grownPx = dilateBox(boxPx, answer.calibration.keepInsideBoxDilated, MINIMAL_DILATION_PX)
  const boundsPx = pixelWindow(grownPx, image)
  const room = { promptBoxPx: boxPx, grownPx, boundsPx, clicks, cleansUp: params.cleanUp }
  const [best, ...alternatives] = masksOf(reading, room, view)
  return { ...best!, boundsPx, alternatives, readings: readingsOf(reading, room) }
}

/** The box that is asked about, and what a model that sees any rectangle looks at. */
function viewOf({ image, boxPx, clicks, former }: GeneratorInput, canvasSide: number | null): View {
  const promptBoxPx = promptBox(boxPx, clicks, image)
  const regionPx =
    canvasSide === null ? null : imageRegion(promptBoxPx, image, canvasSide, former?.regionPx ?? null)
  return { promptBoxPx, regionPx }
}

/** A model can only refine an answer that it gave for the same view: its own crop of the box, or the same region. */
function isSameView(
  former: FormerAnswer | null,
  { promptBoxPx, regionPx }: View,
  canvasSide: number | null,
): boolean {
  if (former === null) return false
  return canvasSide === null
    ? isSameBox(former.promptBoxPx, promptBoxPx)
    : isSameBox(former.regionPx, regionPx)
}

function isSameBox(a: Box | null, b: Box | null): boolean {
  if (a === null || b === null) return a === b
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}

/** The best reading as it is; of the others those that show something else than the ones before. */
function masksOf({ frame, candidates }: Reading, room: MaskRoom, view: View): AlternativeMask[] {
  const masks: AlternativeMask[] = []
  for (const candidate of candidates) {
    const made = maskOfCandidate(candidate, frame, room)
    const isFirst = masks.length === 0
    const shown = masks.map((other) => other.mask)
    if (!isFirst && (made.isUnresolved || !isDistinct(made.mask, shown))) continue
    const former = { ...view, feedback: candidate.source.feedback }
    masks.push({ ...made, label: candidateLabel(candidate.kind), former })
    if (masks.length > MAXIMAL_ALTERNATIVES) break
  }
  return numbered(masks)
}

function readingsOf({ frame, candidates }: Reading, room: MaskRoom): GeneratedMask['readings'] {
  const { width, height } = room.boundsPx
  if (width * height > MAXIMAL_READING_PIXELS) return []
  return candidates.map((candidate) => ({
    kind: candidate.kind,
    mask: rawMaskOf(candidate, frame, room),
  }))
}
