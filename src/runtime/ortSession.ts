import type { InferenceSession as OrtSession, Tensor, TensorConstructor } from 'onnxruntime-web/webgpu'
import { AppError } from '../core/errors'
import type { FloatTensor, InferenceSession } from '../nn/onnx/session'

/** What makes tensors: ONNX Runtime's own class, handed in so that this file imports types only. */
type MakeTensor = TensorConstructor

/** An ONNX Runtime session in the words of `nn`: float32 tensors by name, results on the CPU. */
export function ortSession(session: OrtSession, tensorClass: MakeTensor): InferenceSession {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds) => {
      const inputs: Record<string, Tensor> = {}
      for (const [name, { data, dims }] of Object.entries(feeds)) {
        // ONNX Runtime drops feeds it does not know; that would be an answer to another question.
        if (!session.inputNames.includes(name)) {
          throw new AppError('model/incompatible', `the network has no input "${name}"`)
        }
        inputs[name] = new tensorClass('float32', data, dims)
      }
      const results = await session.run(inputs)
      const outputs: Record<string, FloatTensor> = {}
      for (const [name, tensor] of Object.entries(results)) {
        if (tensor.type !== 'float32') {
          throw new AppError('model/incompatible', `output "${name}" is ${tensor.type}, expected float32`)
        }
        outputs[name] = { data: (await tensor.getData(true)) as Float32Array, dims: tensor.dims }
      }
      return outputs
    },
    release: () => session.release(),
  }
}
