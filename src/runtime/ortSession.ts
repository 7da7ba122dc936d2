import type { InferenceSession as OrtSession, Tensor, TensorConstructor } from 'onnxruntime-web/webgpu'
import { AppError } from '../core/errors'
import { decodeHalf, encodeHalf } from '../ml/float16'
import { elementTypeOf, type AnyTensor, type InferenceSession, type TensorFacts } from '../nn/onnx/session'

/** What makes tensors: ONNX Runtime's own class, handed in so that this file imports types only. */
type MakeTensor = TensorConstructor

/** An ONNX Runtime session in the words of `nn`: tensors by name, checked before they go in, results on the CPU. */
export function ortSession(session: OrtSession, tensorClass: MakeTensor): InferenceSession {
  const inputs = session.inputMetadata.map(factsOf)
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputs,
    outputs: session.outputMetadata.map(factsOf),
    run: async (feeds) => {
      checkFeeds(inputs, feeds)
      const given: Record<string, Tensor> = {}
      for (const { name, type } of inputs) given[name] = toOrt(feeds[name]!, type, tensorClass)
      const outputs: Record<string, AnyTensor> = {}
      for (const [name, tensor] of Object.entries(await session.run(given))) {
        outputs[name] = await fromOrt(name, tensor)
      }
      return outputs
    },
    release: () => session.release(),
  }
}

function factsOf(value: OrtSession.ValueMetadata): TensorFacts {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'no tensor', shape: [] }
}

/**
 * ONNX Runtime drops feeds it does not know, which would be an answer to another question, and names neither the
 * tensor nor the remedy when a type is wrong.
 */
function checkFeeds(inputs: readonly TensorFacts[], feeds: { readonly [name: string]: AnyTensor }): void {
  for (const [name, tensor] of Object.entries(feeds)) {
    const expected = inputs.find((input) => input.name === name)
    if (expected === undefined) {
      throw new AppError('model/incompatible', `the network has no input "${name}"`)
    }
    const type = elementTypeOf(tensor)
    if (type !== expected.type && !(type === 'float32' && expected.type === 'float16')) {
      throw new AppError(
        'model/incompatible',
        `input "${name}" of the network is ${expected.type}, but it was fed ${type}`,
      )
    }
  }
  for (const { name } of inputs) {
    if (feeds[name] === undefined) {
      throw new AppError('model/incompatible', `the network wants an input "${name}" that it was not given`)
    }
  }
}

function toOrt(tensor: AnyTensor, wanted: string, tensorClass: MakeTensor): Tensor {
  const { dims } = tensor
  if ('type' in tensor) {
    switch (tensor.type) {
      case 'int64':
        return new tensorClass('int64', tensor.data, dims)
      case 'int32':
        return new tensorClass('int32', tensor.data, dims)
      case 'uint8':
        return new tensorClass('uint8', tensor.data, dims)
      case 'bool':
        return new tensorClass('bool', tensor.data, dims)
    }
  }
  return wanted === 'float16'
    ? new tensorClass('float16', encodeHalf(tensor.data), dims)
    : new tensorClass('float32', tensor.data, dims)
}

async function fromOrt(name: string, tensor: Tensor): Promise<AnyTensor> {
  const data = await tensor.getData(true)
  const { dims, type } = tensor
  switch (type) {
    case 'float32':
      return { data: data as Float32Array, dims }
    case 'float16': {
      // A Float16Array where the browser has them, a Uint16Array of the bits elsewhere.
      const { buffer, byteOffset, length } = data as Uint16Array
      return { data: decodeHalf(new Uint16Array(buffer, byteOffset, length)), dims }
    }
    case 'int64':
      return { type, data: data as BigInt64Array, dims }
    case 'int32':
      return { type, data: data as Int32Array, dims }
    case 'uint8':
    case 'bool':
      return { type, data: data as Uint8Array, dims }
    default:
      throw new AppError('model/incompatible', `output "${name}" is ${type}, which this version cannot read`)
  }
}
