import * as ort from 'onnxruntime-web/wasm'
import type { InferenceSession } from '../../nn/onnx/session'
import { ortSession } from '../ortSession'

/** ONNX Runtime's wasm build in node, one thread: the same kernels as in the tab, for tests. */
export async function openNodeSession(onnx: Uint8Array): Promise<InferenceSession> {
  ort.env.wasm.numThreads = 1
  return ortSession(await ort.InferenceSession.create(onnx), ort.Tensor)
}
