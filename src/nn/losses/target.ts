import { assert } from '../../core/assert'
import { IGNORE, type LabelMap } from '../../core/raster'
import { tf } from '../tf'

/** The labels of a batch in the forms the losses take. Owns tensors: call `disposeTarget`. */
export interface BatchTarget {
  /** (K + 1, N, H, W): 1 in the plane of the pixel's class; 0 in every plane where the pixel is ignored. */
  readonly oneHot: tf.Tensor4D
  /** (N, H, W): 1 where self-correction may change the label: background that is not barred. */
  readonly correctable: tf.Tensor3D
  /** (N): background pixels of each example. */
  readonly background: tf.Tensor1D
  /** The same in one byte for each pixel, (N, H, W): the label, `BARRED` for background that is barred. */
  readonly codes: tf.Tensor3D
  readonly backgroundPixels: readonly number[]
  /** Pixels that are not ignored, and those of them that are defect. */
  readonly validPixels: number
  readonly defectPixels: number
  /** N, H, W. */
  readonly shape: readonly [number, number, number]
  readonly classCount: number
  readonly dispose: () => void
}

/** The code of background that self-correction must leave alone; labels stay below. */
const BARRED = 254

/**
 * `barred` lists, example by example, the pixels that self-correction must leave alone; null = none. The tensors are made
 * when they are first asked for: the own kernels read the codes, everything else the planes.
 */
export function createTarget(
  labels: readonly LabelMap[],
  barred: readonly (Uint8Array | null)[],
  classCount: number,
): BatchTarget {
  const n = labels.length
  assert(n > 0 && barred.length === n, 'a target needs one label map and one barred map for each example')
  assert(classCount < BARRED, `${classCount} classes do not fit a byte`)
  const { width, height } = labels[0]!
  const pixels = width * height
  const codes = new Uint8Array(n * pixels)
  const backgroundPixels: number[] = []
  let validPixels = 0
  let defectPixels = 0
  labels.forEach(({ data, width: w, height: h }, example) => {
    assert(w === width && h === height, 'the label maps of a batch have one size')
    const bar = barred[example]!
    const from = example * pixels
    codes.set(data, from)
    let background = 0
    let ignored = 0
    for (let p = 0; p < pixels; p++) {
      const label = data[p]!
      if (label === 0) {
        background++
        if (bar !== null && bar[p] !== 0) codes[from + p] = BARRED
      } else if (label === IGNORE) ignored++
      else if (label > classCount) assert(false, `label ${label} is above the ${classCount} classes`)
    }
    backgroundPixels.push(background)
    validPixels += pixels - ignored
    defectPixels += pixels - ignored - background
  })

  const made = new Map<string, tf.Tensor>()
  const once = <T extends tf.Tensor>(name: string, create: () => T): T => {
    // Kept, so that a step that asks first may tidy up without it.
    if (!made.has(name)) made.set(name, tf.keep(create()))
    return made.get(name) as T
  }
  const shape: [number, number, number] = [n, height, width]
  return {
    get oneHot() {
      return once('oneHot', () => tf.tensor4d(oneHotOf(codes, classCount), [classCount + 1, ...shape]))
    },
    get correctable() {
      return once('correctable', () =>
        tf.tensor3d(
          Float32Array.from(codes, (c) => (c === 0 ? 1 : 0)),
          shape,
        ),
      )
    },
    get background() {
      return once('background', () => tf.tensor1d(backgroundPixels))
    },
    get codes() {
      // TensorFlow.js has no name for bytes but `bool`.
      return once('codes', () => tf.tensor3d(codes, shape, 'bool'))
    },
    backgroundPixels,
    validPixels,
    defectPixels,
    shape,
    classCount,
    dispose: () => {
      for (const tensor of made.values()) tensor.dispose()
      made.clear()
    },
  }
}

function oneHotOf(codes: Uint8Array, classCount: number): Float32Array {
  const planes = new Float32Array((classCount + 1) * codes.length)
  codes.forEach((code, p) => {
    if (code !== IGNORE) planes[(code === BARRED ? 0 : code) * codes.length + p] = 1
  })
  return planes
}

export function disposeTarget(target: BatchTarget): void {
  target.dispose()
}
