import { AppError } from '../../core/errors'
import { OnnxFault } from './protobufFields'

/** `model/incompatible` for a model that cannot go into another graph. */
export function joinRefusal(why: string, cause?: unknown): AppError {
  return new AppError('model/incompatible', `the ONNX model cannot be joined with another: ${why}`, { cause })
}

/** What `read` gives; its `OnnxFault` becomes the refusal of the model that is to be joined. */
export function refusingFaults<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof OnnxFault)) throw error
    throw joinRefusal(error.message, error)
  }
}
