import { BINARY_PLANES } from '../losses/studentLoss'
import type { LevelStandard, StudentNetwork, StudentShape } from '../students/student'
import { createGraphBuilder } from './graphBuilder'
import { resizeNode } from './layers'
import { STUDENT_CLASSES, STUDENT_DEFECT, STUDENT_PIXELS, studentFeatureNames } from './studentTensors'

/**
 * A trained student as an ONNX file (opset 17), float32, with the tensors that `studentTensors` names. Height and width
 * are free, any multiple of the coarsest stride, unless the network has one size.
 */
export function exportStudent(
  network: StudentNetwork,
  shape: StudentShape,
  values: ReadonlyMap<string, Float32Array>,
  standards: readonly LevelStandard[],
  metadata: { readonly [key: string]: string },
): Uint8Array<ArrayBuffer> {
  const graph = createGraphBuilder()
  const names = studentFeatureNames(shape.levels)
  shape.levels.forEach(({ stride, channels }, i) => {
    graph.input(names[i]!, [1, channels, `height/${stride}`, `width/${stride}`])
  })
  const sides =
    network.fixedInput === null ? ['height', 'width'] : [network.fixedInput.height, network.fixedInput.width]
  graph.input(STUDENT_PIXELS, [1, 3, ...sides])
  const logits = network.writeOnnx(graph, values, standards)

  const channels = (of: string, from: number, to: number): string =>
    graph.node('Slice', [of, graph.indices([from]), graph.indices([to]), graph.indices([1])])
  const fullSize = (map: string): string => resizeNode(graph, map, STUDENT_PIXELS)
  const first = network.hasBinaryHead ? BINARY_PLANES : 0
  const classLogits = channels(logits, first, first + shape.classCount + 1)
  graph.node('Softmax', [fullSize(classLogits)], { axis: 1 }, STUDENT_CLASSES)
  if (network.hasBinaryHead) {
    const margin = graph.node('Sub', [channels(logits, 1, BINARY_PLANES), channels(logits, 0, 1)])
    graph.node('Sigmoid', [fullSize(margin)], {}, STUDENT_DEFECT)
  } else {
    const one = graph.constant(Float32Array.of(1), [1])
    graph.node('Sub', [one, channels(STUDENT_CLASSES, 0, 1)], {}, STUDENT_DEFECT)
  }
  graph.output(STUDENT_CLASSES, [1, shape.classCount + 1, ...sides])
  graph.output(STUDENT_DEFECT, [1, 1, ...sides])
  return graph.finish('student', metadata)
}
