import type { Lane } from '../../core/job'
import type { RgbaImage } from '../../core/raster'
import type { CropAnswer, CropPrompt } from '../../ml/generators/generator'
import type { Segmenter, SegmenterDescription } from '../../ports/segmenter'

export interface FakeSegmenter extends Segmenter {
  /** Every prompt in the order in which it was answered. */
  readonly answered: readonly { readonly lane: Lane; readonly prompt: CropPrompt }[]
  /** From now on calls wait, one being worked on, until `release` or `next`. */
  hold(): void
  /** Resolves when a call is being worked on and held. */
  started(): Promise<void>
  /** How many calls wait behind it. */
  queued(): number
  /** Lets the held call end. */
  next(): void
  release(): void
}

/** How far around a click the fake changes its mind, in image pixels. */
const CLICK_RADIUS_PX = 3

/**
 * A segmenter in memory: one call at a time, the interactive lane first, as in the worker. It "sees" everything darker
 * than 100 inside the box, believes less in its surroundings the further away they are, adds a disc around each positive
 * click and takes one away around each negative click. Its second candidate is the whole box.
 */
export function fakeSegmenter(accepts: Partial<SegmenterDescription['accepts']> = {}): FakeSegmenter {
  const answered: { lane: Lane; prompt: CropPrompt }[] = []
  const waiting: { readonly lane: Lane; readonly start: () => void }[] = []
  let isBusy = false
  let isHeld = false
  let finishHeld: (() => void) | null = null
  let onStarted: (() => void) | null = null

  const startNext = (): void => {
    if (isBusy) return
    const at = Math.max(
      0,
      waiting.findIndex(({ lane }) => lane === 'interactive'),
    )
    const [entry] = waiting.splice(at, 1)
    if (entry === undefined) return
    isBusy = true
    entry.start()
  }
  const turn = (lane: Lane): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({
        lane,
        start: () => {
          if (!isHeld) {
            resolve()
            return
          }
          finishHeld = resolve
          onStarted?.()
          onStarted = null
        },
      })
      startNext()
    })
  const finish = (): void => {
    const ended = finishHeld
    finishHeld = null
    ended?.()
  }

  return {
    answered,
    hold: () => {
      isHeld = true
    },
    started: () =>
      finishHeld !== null ? Promise.resolve() : new Promise((resolve) => void (onStarted = resolve)),
    queued: () => waiting.length,
    next: finish,
    release: () => {
      isHeld = false
      finish()
    },
    describe: async (modelId) => ({
      id: modelId,
      title: 'Fake',
      version: 1,
      family: 'fake',
      modelHash: 'a'.repeat(64),
      input: { kind: 'crop' },
      accepts: { positiveClicks: true, negativeClicks: true, feedback: true, ...accepts },
      calibration: {
        networkWeight: 1,
        otsuWeight: 0,
        blurPx: 0,
        keepInsideBoxDilated: 0.5,
        iouExponent: 0,
        sparseFill: 0,
        sparseThreshold: 0.5,
      },
    }),
    segment: async (modelId, _imageKey, image, prompt, lane, { signal }) => {
      await turn(lane)
      try {
        signal.throwIfAborted()
        answered.push({ lane, prompt })
        const { calibration } = await fakeSegmenter().describe(modelId)
        return { ...answerOf(image, prompt), calibration }
      } finally {
        isBusy = false
        startNext()
      }
    },
  }
}

const FAR_PX = 5

/** In steps to the side or diagonally; `FAR_PX` when nothing dark is nearer. */
function distanceToDark({ width, height, data }: RgbaImage, x: number, y: number): number {
  let least = FAR_PX
  for (let dy = -FAR_PX; dy <= FAR_PX; dy++) {
    for (let dx = -FAR_PX; dx <= FAR_PX; dx++) {
      const distance = Math.max(Math.abs(dx), Math.abs(dy))
      const isOutside = x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height
      if (distance >= least || isOutside) continue
      if (data[((y + dy) * width + x + dx) * 4]! < 100) least = distance
    }
  }
  return least
}

/** Logits on a grid of one sample a pixel over the whole image. */
function answerOf(image: RgbaImage, { boxPx, clicks }: CropPrompt): Omit<CropAnswer, 'calibration'> {
  const { width, height } = image
  const seen = new Float32Array(width * height)
  const whole = new Float32Array(width * height)
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const isInside = x >= boxPx.x && x < boxPx.x + boxPx.width && y >= boxPx.y && y < boxPx.y + boxPx.height
      seen[p] = isInside ? 6 - 2.5 * distanceToDark(image, x, y) : -6
      whole[p] = isInside ? 6 : -6
      for (const { pointPx, isPositive } of clicks) {
        if (Math.hypot(x + 0.5 - pointPx.x, y + 0.5 - pointPx.y) <= CLICK_RADIUS_PX)
          seen[p] = isPositive ? 6 : -6
      }
    }
  }
  return {
    frame: { originPx: { x: 0, y: 0 }, widthPx: width, heightPx: height, columns: width, rows: height },
    candidates: [
      { logits: seen, predictedIou: 0.9, feedback: seen },
      { logits: whole, predictedIou: 0.4, feedback: whole },
    ],
  }
}
