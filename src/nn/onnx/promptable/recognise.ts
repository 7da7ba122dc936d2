import { AppError } from '../../../core/errors'
import type { Family } from './family'
import { FAMILIES } from './families'
import { incompatible, namesOf, type GraphFacts } from './graphFacts'
import type { PromptableModel } from './promptableModel'

export interface Recognised {
  readonly model: PromptableModel
  /** In words: "SAM 2 (samexporter)". */
  readonly title: string
  /** Which of the graphs is which, by its place in the list; the same place twice for a model of one graph. */
  readonly encoderIndex: number
  readonly decoderIndex: number
}

/**
 * Tells the published interface of one or two graphs by the names and types of their tensors, never by file name
 * (SAM notes, §7.9). The order of the graphs does not matter. Throws `model/incompatible` naming file, tensor and remedy.
 */
export function recognise(graphs: readonly GraphFacts[]): Recognised {
  const claimed = graphs.map((graph) => FAMILIES.find((family) => family.claims(graph)))
  const refused = claimed.findIndex((family) => family?.kind === 'refused')
  if (refused >= 0) throw refusal(graphs[refused]!, claimed[refused]!)
  const decoderIndex = claimed.findIndex((family) => family !== undefined)
  const family = claimed[decoderIndex]
  if (family === undefined || family.kind === 'refused') throw unknown(graphs)
  const decoder = graphs[decoderIndex]!
  if (family.kind === 'whole') {
    if (graphs.length > 1) throw alone(graphs, decoderIndex)
    return { model: family.bind(decoder), title: family.title, encoderIndex: 0, decoderIndex: 0 }
  }
  if (graphs.length !== 2) throw incomplete(decoder, family, graphs.length)
  const encoderIndex = 1 - decoderIndex
  const other = claimed[encoderIndex]
  if (other !== undefined) throw twoDecoders(graphs, claimed)
  return {
    model: family.bind(graphs[encoderIndex]!, decoder),
    title: family.title,
    encoderIndex,
    decoderIndex,
  }
}

function refusal(graph: GraphFacts, family: Family): AppError {
  const reason = family.kind === 'refused' ? family.reason : ''
  return incompatible(graph.file, `this is ${family.title}: ${reason}`)
}

function unknown(graphs: readonly GraphFacts[]): AppError {
  const what = graphs
    .map(({ file, inputs, outputs }) => `${file} takes ${namesOf(inputs)} and gives ${namesOf(outputs)}`)
    .join('; ')
  const known = FAMILIES.filter(({ kind }) => kind !== 'refused').map(({ title }) => title)
  return new AppError(
    'model/incompatible',
    `none of the files is the decoder of a promptable segmenter that this version knows: ${what}. Known are ${known.join(', ')}.`,
  )
}

function alone(graphs: readonly GraphFacts[], wholeIndex: number): AppError {
  const others = graphs.filter((_, i) => i !== wholeIndex).map(({ file }) => file)
  return incompatible(
    graphs[wholeIndex]!.file,
    `it is a whole model and needs no other file. Choose it alone, without ${others.join(' and ')}.`,
  )
}

function incomplete(decoder: GraphFacts, { title }: Family, count: number): AppError {
  return count === 1
    ? incompatible(
        decoder.file,
        `it is the decoder of ${title}, and its encoder is missing. Choose both files.`,
      )
    : incompatible(
        decoder.file,
        `a model has an encoder and a decoder, but ${count} graphs were given. Choose two files.`,
      )
}

function twoDecoders(graphs: readonly GraphFacts[], families: readonly (Family | undefined)[]): AppError {
  const which = graphs.map(({ file }, i) => `${file} is the decoder of ${families[i]!.title}`)
  return new AppError(
    'model/incompatible',
    `${which.join(', and ')}. Choose one of them together with its encoder.`,
  )
}
