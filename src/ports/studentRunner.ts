import type { JobOptions } from '../core/job'
import type { RgbaImage } from '../core/raster'
import type { FeaturePack } from '../ml/training'

/** Probabilities at the network's input size, channel first, row-major. */
export interface StudentAnswer {
  readonly width: number
  readonly height: number
  /** (K + 1, H, W) softmax of the class head. */
  readonly classes: Float32Array
  /** (H, W) defect probability of the binary head. */
  readonly defect: Float32Array
}

/** Runs an exported student (`model.onnx`) through ONNX Runtime: the same path in the tab and in `predict`. */
export interface StudentRunner {
  run(
    modelKey: string,
    onnx: Uint8Array<ArrayBuffer>,
    features: FeaturePack,
    pixels: RgbaImage,
    options: JobOptions,
  ): Promise<StudentAnswer>
}
