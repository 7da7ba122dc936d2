import { readSafetensors } from './safetensors'
import { WeightsFault } from './weightsFault'
import { transposed, type WeightSource } from './weightSource'

/** Weights in a safetensors file: PyTorch's state, so that matrices are (out, in). Throws `WeightsFault`. */
export function safetensorsSource(file: Uint8Array): WeightSource {
  const tensors = readSafetensors(file)
  return {
    names: tensors.keys(),
    positionRule: null,
    tensor: (name) => tensors.get(name) ?? null,
    linear: (name) => {
      const weight = tensors.get(`${name}.weight`)
      const bias = tensors.get(`${name}.bias`)
      if (weight === undefined || bias === undefined)
        throw new WeightsFault(`there is no layer "${name}" with a bias`)
      const [outputs, inputs] = weight.dims
      if (weight.dims.length !== 2 || outputs === undefined || inputs === undefined) {
        throw new WeightsFault(`"${name}.weight" is no matrix`)
      }
      return { inputs, outputs, kernel: transposed(weight.floats(), outputs, inputs), bias: bias.floats() }
    },
    positions: (name) => {
      const table = tensors.get(name)
      return table === undefined ? null : { dims: table.dims, values: table.floats() }
    },
  }
}
