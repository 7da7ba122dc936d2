import { AppError } from '../../../core/errors'
import { readGraph } from '../readGraph'
import { OnnxFault } from '../protobufFields'
import type { BackboneInterface, GraphNames, PreparedBackbone } from './backbone'
import { BACKBONE_INTERFACES } from './index'

/** The interface that these tensors speak, by their names; null: this is no backbone that the app knows. */
export function backboneInterfaceOf(graph: GraphNames): BackboneInterface | null {
  return BACKBONE_INTERFACES.find((one) => one.claims(graph)) ?? null
}

export interface RecognisedBackbone extends PreparedBackbone {
  readonly spoken: BackboneInterface
}

/** Null when no interface claims the graph. Throws `model/incompatible` naming file, tensor and remedy. */
export function prepareBackbone(file: string, onnx: Uint8Array<ArrayBuffer>): RecognisedBackbone | null {
  try {
    const graph = readGraph(onnx)
    const names = (values: readonly { readonly name: string }[]): string[] => values.map(({ name }) => name)
    const spoken = backboneInterfaceOf({ inputs: names(graph.inputs), outputs: names(graph.outputs) })
    return spoken === null ? null : { spoken, ...spoken.prepare(file, graph) }
  } catch (error) {
    if (!(error instanceof OnnxFault)) throw error
    throw new AppError('model/incompatible', `${file}: ${error.message}. Copy or download it again`, {
      cause: error,
    })
  }
}
