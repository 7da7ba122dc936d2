import { assert } from '../../core/assert'
import { IGNORE, type LabelMap } from '../../core/raster'
import { tf } from '../tf'

/** The labels of a batch in the form the losses take. Own the tensors: call `disposeTarget`. */
export interface BatchTarget {
  /** (K + 1, N, H, W): 1 in the plane of the pixel's class; 0 in every plane where the pixel is ignored. */
  readonly oneHot: tf.Tensor4D
  /** (N, H, W): 1 where self-correction may change the label: background that is not barred. */
  readonly correctable: tf.Tensor3D
  /** (N): background pixels of each example. */
  readonly background: tf.Tensor1D
  /** Pixels that are not ignored, and those of them that are defect. */
  readonly validPixels: number
  readonly defectPixels: number
}

/** `barred` lists, example by example, the pixels that self-correction must leave alone; null = none. */
export function createTarget(
  labels: readonly LabelMap[],
  barred: readonly (Uint8Array | null)[],
  classCount: number,
): BatchTarget {
  const n = labels.length
  assert(n > 0 && barred.length === n, 'a target needs one label map and one barred map for each example')
  const { width, height } = labels[0]!
  const pixels = width * height
  const oneHot = new Float32Array((classCount + 1) * n * pixels)
  const correctable = new Float32Array(n * pixels)
  const background = new Float32Array(n)
  let validPixels = 0
  let defectPixels = 0
  labels.forEach(({ data, width: w, height: h }, example) => {
    assert(w === width && h === height, 'the label maps of a batch have one size')
    const bar = barred[example]!
    for (let p = 0; p < pixels; p++) {
      const label = data[p]!
      if (label === IGNORE) continue
      assert(label <= classCount, `label ${label} is above the ${classCount} classes`)
      const at = example * pixels + p
      oneHot[label * n * pixels + at] = 1
      validPixels++
      if (label > 0) {
        defectPixels++
        continue
      }
      background[example]!++
      if (bar === null || bar[p] === 0) correctable[at] = 1
    }
  })
  return {
    oneHot: tf.tensor4d(oneHot, [classCount + 1, n, height, width]),
    correctable: tf.tensor3d(correctable, [n, height, width]),
    background: tf.tensor1d(background),
    validPixels,
    defectPixels,
  }
}

export function disposeTarget(target: BatchTarget): void {
  tf.dispose([target.oneHot, target.correctable, target.background])
}
