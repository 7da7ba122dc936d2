import type { StudentRunner } from '../../ports/studentRunner'
import type { InferenceHost } from './inferenceHost'

/** Exported students in the inference worker. */
export function createStudentRunnerClient(host: InferenceHost): StudentRunner {
  return {
    run: (modelKey, onnx, features, pixels, { signal }) =>
      host.call('student', 'batch', signal, (api, callSignal, wish) =>
        api.runStudent({ modelKey, onnx, features, pixels, wish }, callSignal),
      ),
  }
}
