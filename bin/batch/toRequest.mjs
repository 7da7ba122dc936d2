import { existsSync } from 'node:fs'
import path from 'node:path'

/** Options of the command line that name a file of the command; all others go to the app as they are. */
const INPUT_FILES = ['annotations', 'labels', 'val', 'truth', 'predictions']
const APP_OPTIONS = [
  'generator',
  'params',
  'recipe',
  'student',
  'preset',
  'epochs',
  'minutes',
  'seed',
  'model-form',
  'threshold',
]

/**
 * Checked values of the command line -> what the app is asked: input files by name, options, and where each output goes.
 *
 * @param {string} command
 * @param {Record<string, any>} values
 */
export function toRequest(command, values) {
  const files = {}
  for (const name of INPUT_FILES) if (values[name] !== undefined) files[name] = values[name]
  if (command === 'predict') {
    files.modelOnnx = path.join(values.model, 'model.onnx')
    files.modelJson = path.join(values.model, 'model.json')
  }
  const options = {}
  if (command === 'propose' && values.model !== undefined) {
    const given = withWeights(values.model)
    for (const [index, file] of given.entries()) files[`model${index}`] = file
    // Names, because a graph names its weights; the addresses that the app reads from say nothing.
    options.model = given.map((file) => path.basename(file))
  }
  if (values.backbone !== undefined && values.backbone !== 'embedded') {
    const given = withWeights([values.backbone])
    for (const [index, file] of given.entries()) files[`backbone${index}`] = file
    options.backboneFiles = given.map((file) => path.basename(file))
  }
  for (const name of APP_OPTIONS) if (values[name] !== undefined) options[name] = values[name]
  return { files, options, outputs: outputsOf(command, values) }
}

/** Graphs with weights in another file mostly keep them under one of these names beside themselves. */
function withWeights(given) {
  const beside = given
    .filter((file) => /\.onnx$/i.test(file))
    .flatMap((file) => [`${file}_data`, `${file}.data`, `${file.slice(0, -'.onnx'.length)}.data`])
    .filter((file) => existsSync(file) && !given.includes(file))
  return [...given, ...beside]
}

function outputsOf(command, values) {
  switch (command) {
    case 'propose':
      return new Map([['annotations.json', values.out]])
    case 'cam':
      return new Map([['masks.json', values.out]])
    case 'predict':
      return new Map([['predictions.json', values.out]])
    case 'train':
      return new Map(
        ['model.onnx', 'model.json', 'run.json', 'corrected.json'].map((name) => [
          name,
          path.join(values.out, name),
        ]),
      )
    default:
      return new Map()
  }
}
