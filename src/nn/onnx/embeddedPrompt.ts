import { AppError } from '../../core/errors'
import type { Box } from '../../core/geometry'
import type { Click } from '../../ml/generators/generator'
import { boxChannel } from '../../ml/imaging/boxChannel'
import type { GridFrame } from '../../ml/imaging/gridFrame'
import { sigmoid } from '../../ml/sigmoid'
import type { EmbeddedModel } from './embeddedManifest'

/** What the embedded segmenter is asked about one crop; coordinates are those of the image that `frame` lies in. */
export interface EmbeddedPrompt {
  readonly boxPx: Box
  /** All clicks so far: every round draws them all. */
  readonly clicks: readonly Click[]
  /** (rows, columns) logits of the answer to refine; null at first. */
  readonly formerLogits: Float32Array | null
}

/**
 * The prompt as the network sees it: (channels, rows, columns) in the manifest's order.
 *
 * box: 1 inside. positive, negative: 1 where a pixel's centre lies in a disc of `clickRadius` grid pixels around a
 * click. previous: probabilities of the former answer on the whole grid, neither cut by the box nor thresholded.
 * Throws `model/incompatible` for what the model has no channel for. Source: training/preprocess.py, `prepare_prompted`.
 */
export function promptPlanes(
  frame: GridFrame,
  { boxPx, clicks, formerLogits }: EmbeddedPrompt,
  { channels, clickRadius }: EmbeddedModel['prompt'],
): Float32Array<ArrayBuffer> {
  const plane = frame.columns * frame.rows
  const needed = [
    clicks.some((click) => click.isPositive) ? 'positive' : null,
    clicks.some((click) => !click.isPositive) ? 'negative' : null,
    formerLogits === null ? null : 'previous',
  ]
  for (const name of needed) {
    if (name === null || channels.some((channel) => channel === name)) continue
    throw new AppError('model/incompatible', `the embedded segmenter takes no "${name}" prompt`)
  }
  if (formerLogits !== null && formerLogits.length !== plane) {
    throw new AppError(
      'model/incompatible',
      `the former answer has ${formerLogits.length} values, this model's have ${plane}: it is another model's`,
    )
  }
  const planes = new Float32Array(channels.length * plane)
  channels.forEach((channel, i) => {
    const into = planes.subarray(i * plane, (i + 1) * plane)
    if (channel === 'box') into.set(boxChannel(frame, boxPx))
    else if (channel === 'previous') {
      if (formerLogits !== null) for (let p = 0; p < plane; p++) into[p] = sigmoid(formerLogits[p]!)
    } else {
      for (const click of clicks)
        if (click.isPositive === (channel === 'positive')) drawDisc(into, frame, click, clickRadius)
    }
  })
  return planes
}

/** Sets the pixels whose centre is at most `radius` grid pixels from the click: (u + .5 - cx)^2 + (v + .5 - cy)^2 <= r^2. */
function drawDisc(into: Float32Array, frame: GridFrame, { pointPx }: Click, radius: number): void {
  const { columns, rows, originPx, widthPx, heightPx } = frame
  const cx = ((pointPx.x - originPx.x) * columns) / widthPx
  const cy = ((pointPx.y - originPx.y) * rows) / heightPx
  const end = (centre: number, size: number): number => Math.min(size, Math.ceil(centre + radius) + 1)
  for (let v = Math.max(0, Math.floor(cy - radius) - 1); v < end(cy, rows); v++) {
    for (let u = Math.max(0, Math.floor(cx - radius) - 1); u < end(cx, columns); u++) {
      if ((u + 0.5 - cx) ** 2 + (v + 0.5 - cy) ** 2 <= radius ** 2) into[v * columns + u] = 1
    }
  }
}
