import { AppError, isAbort, messageOf } from '../../core/errors'
import type { InferenceSession } from '../../nn/onnx/session'
import type { GraphBytes, OrtRuntime, Provider } from '../ort'

/**
 * The words in which a full wasm heap or a full GPU speaks: C++ (`bad_alloc`), the engine (a RangeError, an access beyond
 * the end), Emscripten (`Aborted(OOM)`), WebGPU (`Out of memory`).
 */
const OUT_OF_MEMORY =
  /bad_alloc|out of memory|\bOOM\b|memory access out of bounds|allocation failed|failed to allocate|cannot enlarge memory|could not allocate|invalid (typed )?array (buffer )?length/i

function isOutOfMemory(error: unknown): boolean {
  return OUT_OF_MEMORY.test(messageOf(error))
}

/** A graph that could not be opened or run for no reason of ours. Only `explained` tells the caller about it. */
class GraphFailure extends Error {
  constructor(file: string, cause: unknown) {
    super(`${file}: ${messageOf(cause)}`, { cause })
    this.name = 'GraphFailure'
  }
}

/** Opens a graph so that whatever it throws, now or in a run, names the file. */
export async function openGraph(
  ort: OrtRuntime,
  file: string,
  graph: GraphBytes,
  provider: Provider,
): Promise<InferenceSession> {
  const named = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step()
    } catch (error) {
      if (error instanceof AppError || isAbort(error)) throw error
      throw new GraphFailure(file, error)
    }
  }
  const session = await named(() => ort.open(graph, provider))
  return { ...session, run: (feeds) => named(() => session.run(feeds)) }
}

/** Whether a step that failed with the GPU may do better without: not when the prompt or the file is what is wrong. */
export function isGpuToBlame(error: unknown): boolean {
  if (isAbort(error)) return false
  return !(error instanceof AppError) || error.code === 'model/bad-output'
}

/** What the caller gets: memory and graph failures with a code, everything else as it is. */
export function explained(error: unknown, title: string): unknown {
  if (error instanceof AppError || isAbort(error)) return error
  if (isOutOfMemory(error)) {
    return new AppError(
      'runtime/out-of-memory',
      `${title} needs more memory than this browser gives: ${messageOf(error)}`,
      { cause: error },
    )
  }
  if (!(error instanceof GraphFailure)) return error
  return new AppError('model/incompatible', `${title} could not be run: ${error.message}`, { cause: error })
}

/** Lets go of sessions; those of a lost device may refuse, and are gone all the same. */
export async function releaseAll(sessions: readonly InferenceSession[]): Promise<void> {
  await Promise.allSettled(sessions.map((session) => session.release()))
}

/** A GPU that is full or gone now may serve another time: such a failure is no verdict on the model. */
export function isPassing(error: unknown): boolean {
  return isOutOfMemory(error) || /\blost\b/i.test(messageOf(error))
}
