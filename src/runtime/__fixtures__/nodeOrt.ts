import { createHash } from 'node:crypto'
import * as ort from 'onnxruntime-web/wasm'
import type { InferenceSession } from '../../nn/onnx/session'
import type { GraphBytes, OrtRuntime } from '../ort'
import { ortSession } from '../ortSession'

const opened = new Map<string, Promise<InferenceSession>>()

/**
 * ONNX Runtime's wasm build in node, one thread: the same kernels as in the tab, for tests. Equal bytes share one
 * session, which lives as long as the test file: opening takes most of a test's time.
 */
export function openNodeSession(onnx: Uint8Array): Promise<InferenceSession> {
  const key = createHash('sha256').update(onnx).digest('hex')
  let session = opened.get(key)
  if (session === undefined) {
    session = open(onnx)
    opened.set(key, session)
  }
  return session
}

async function open(onnx: Uint8Array): Promise<InferenceSession> {
  ort.env.wasm.numThreads = 1
  const session = ortSession(await ort.InferenceSession.create(onnx), ort.Tensor)
  return { ...session, release: () => Promise.resolve() }
}

/** The same as a runtime, with weights beside the graph. */
export const nodeOrtRuntime: OrtRuntime = {
  version: ort.env.versions.common,
  open: async ({ onnx, externalData }: GraphBytes) => {
    if (externalData.length === 0) return openNodeSession(onnx)
    ort.env.wasm.numThreads = 1
    return ortSession(await ort.InferenceSession.create(onnx, { externalData }), ort.Tensor)
  },
}
