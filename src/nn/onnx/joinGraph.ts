import { AppError } from '../../core/errors'
import type { GraphBuilder } from './graphBuilder'
import type { GraphParts } from './graphParts'
import { renameNode, renameTensor, renameValueInfo, type Renaming } from './renameValues'

export interface Joint {
  /** Goes before every name of the graph, so that graphs never collide: `backbone` gives `backbone/conv_1`. */
  readonly prefix: string
  /** For each input of the graph, the value that it becomes. */
  readonly inputs: ReadonlyMap<string, string>
  /** The outputs that are wanted, each with the name it gets; null for one of its own under the prefix. */
  readonly outputs: ReadonlyMap<string, string | null>
}

/**
 * Puts a whole graph into the one that is being built, wired to values that are already there. What the wanted outputs
 * do not need is left out: nodes, weights and descriptions of values. Returns the new name of each wanted output.
 * Throws `model/incompatible` for an input without a value and for an output that no node makes.
 */
export function joinGraph(
  builder: GraphBuilder,
  graph: GraphParts,
  { prefix, inputs, outputs }: Joint,
): ReadonlyMap<string, string> {
  for (const name of graph.inputs) {
    if (!inputs.has(name)) throw unfit(`nothing goes into "${name}" of the ${prefix}`)
  }
  for (const name of inputs.keys()) {
    if (!graph.inputs.includes(name))
      throw unfit(`the ${prefix} has no input "${name}"; it has ${graph.inputs.join(', ')}`)
  }
  const made = new Set(graph.nodes.flatMap(({ makes }) => makes))
  for (const name of outputs.keys()) {
    if (!made.has(name))
      throw unfit(`the ${prefix} has no output "${name}"; it has ${graph.outputs.join(', ')}`)
  }

  const needed = new Set(outputs.keys())
  const nodes = graph.nodes
    .toReversed() // each node after those that read it
    .filter(({ makes, reads }) => {
      if (!makes.some((name) => needed.has(name))) return false
      for (const name of reads) needed.add(name)
      return true
    })
    .toReversed()
  const values = new Set([...needed, ...nodes.flatMap(({ makes }) => makes)])

  const within = (name: string): string => `${prefix}/${name}`
  const renaming: Renaming = {
    value: (name) => inputs.get(name) ?? outputs.get(name) ?? within(name),
    node: within,
    size: within,
  }
  builder.insert({
    nodes: nodes.map(({ message }) => renameNode(message, renaming)),
    tensors: graph.tensors
      .filter(({ name }) => needed.has(name))
      .map(({ message }) => renameTensor(message, renaming)),
    valueInfos: graph.valueInfos
      .filter(({ name }) => values.has(name))
      .map(({ message }) => renameValueInfo(message, renaming)),
    irVersion: graph.irVersion,
    opsets: graph.opsets,
    operators: new Set(nodes.flatMap(({ operators }) => operators)),
  })
  return new Map([...outputs].map(([name, given]) => [name, given ?? within(name)]))
}

function unfit(why: string): AppError {
  return new AppError('model/incompatible', `the graphs cannot be joined: ${why}`)
}
