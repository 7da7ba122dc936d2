import { parseArgs } from 'node:util'
import { COMMANDS } from './commands.mjs'
import { UsageError } from './batchErrors.mjs'

const STUDENTS = ['light', 'unet', 'dino-boxes2pixels']

/**
 * Words of the command line -> command and typed option values. Looks at no file.
 * Throws `UsageError`; `{ kind: 'help' }` when help was asked for.
 *
 * @param {readonly string[]} words
 * @returns {{ kind: 'help', command: string | null } | { kind: 'run', command: string, values: Record<string, unknown> }}
 */
export function parseCommand(words) {
  const [command, ...rest] = words
  if (command === undefined || command === '--help' || command === '-h' || command === 'help')
    return { kind: 'help', command: null }
  const spec = COMMANDS[command]
  if (spec === undefined)
    throw new UsageError(`unknown command "${command}"; known: ${Object.keys(COMMANDS).join(', ')}`)
  const texts = readWords(command, spec, rest)
  if (texts.help) return { kind: 'help', command }
  /** @type {Record<string, unknown>} */
  const values = {}
  for (const [name, option] of Object.entries(spec.options)) {
    const given = texts[name]
    if (given !== undefined) values[name] = readValue(name, option, given)
  }
  // Said before a missing path is complained about: nothing the person could add would help.
  refuseWhatIsNotInThisVersion(command, values)
  for (const [name, option] of Object.entries(spec.options)) {
    if (option.required && values[name] === undefined)
      throw new UsageError(`${command} needs --${name} ${option.hint}: ${option.help}`)
  }
  return { kind: 'run', command, values }
}

function readWords(command, spec, words) {
  const options = { help: { type: 'boolean', short: 'h', multiple: true } }
  for (const [name, { kind }] of Object.entries(spec.options))
    options[name] = { type: kind === 'flag' ? 'boolean' : 'string', multiple: true }
  let parsed
  try {
    parsed = parseArgs({ args: words, options, strict: true, allowPositionals: true })
  } catch (cause) {
    const known = Object.keys(spec.options).map((name) => `--${name}`)
    throw new UsageError(`${command}: ${firstSentence(cause.message)}; options: ${known.join(', ')}`, {
      cause,
    })
  }
  if (parsed.positionals.length > 0)
    throw new UsageError(
      `${command}: "${parsed.positionals[0]}" belongs to no option; put values after their --option`,
    )
  const texts = {}
  for (const [name, given] of Object.entries(parsed.values)) {
    if (given.length > 1 && name !== 'help')
      throw new UsageError(`--${name} is given ${given.length} times; give it once`)
    texts[name] = given[0]
  }
  return texts
}

/** The parser's own second sentence teaches a "--" syntax that these commands do not have. */
function firstSentence(message) {
  return message.split('. ')[0].replace(/\.$/, '')
}

function readValue(name, { kind, hint, minimum }, given) {
  if (kind === 'flag') return true
  if (given.trim() === '') throw new UsageError(`--${name} is empty; it needs ${hint}`)
  if (kind === 'json') return readJsonObject(name, given)
  if (kind === 'segmenter') return readSegmenter(name, given)
  if (kind === 'backbone') return readBackbone(name, given)
  if (kind !== 'integer' && kind !== 'number') return given
  const value = Number(given)
  if (!Number.isFinite(value) || (kind === 'integer' && !Number.isSafeInteger(value)) || value < minimum)
    throw new UsageError(
      `--${name} must be ${kind === 'integer' ? 'a whole number' : 'a number'} from ${minimum}, got "${given}"`,
    )
  return value
}

/** `embedded` -> no files; otherwise the files of one model. */
function readSegmenter(name, given) {
  if (given === 'embedded') return []
  const files = given.split(',').map((file) => file.trim())
  if (files.includes(''))
    throw new UsageError(`--${name}: a file name is missing between the commas of "${given}"`)
  if (!files.some((file) => /\.onnx$/i.test(file)))
    throw new UsageError(
      `--${name} must be "embedded" or ONNX files such as enc.onnx,dec.onnx, got "${given}"`,
    )
  return files
}

/** Where the files of published backbones are, for whoever names one. */
const PUBLISHED_BACKBONES = {
  'dinov2-s': 'onnx/model.onnx of onnx-community/dinov2-small-ONNX',
  'dinov2-s-reg': 'onnx/model.onnx of onnx-community/dinov2-with-registers-small',
  mobilenetv2: 'an ONNX file with the outputs feat4, feat8, feat16 and feat32',
}

/** `embedded`, or one ONNX file: a command starts with an empty library. */
function readBackbone(name, given) {
  if (given === 'embedded' || /\.onnx$/i.test(given)) return given
  const published = PUBLISHED_BACKBONES[given]
  if (published !== undefined)
    throw new UsageError(
      `--${name} ${given}: commands have no library of models; give its file, --${name} FILE.onnx (${published})`,
    )
  throw new UsageError(`--${name} must be "embedded" or an ONNX file such as model.onnx, got "${given}"`)
}

function readJsonObject(name, given) {
  let value
  try {
    value = JSON.parse(given)
  } catch (cause) {
    throw new UsageError(`--${name} is not readable JSON (${cause.message}); write it as '{"name": 1}'`, {
      cause,
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`--${name} must be a JSON object such as '{"name": 1}', got ${given}`)
  return value
}

/** What the product's command table has and this version does not do yet. */
function refuseWhatIsNotInThisVersion(command, values) {
  if (command === 'propose' && values.generator === 'cam')
    throw new UsageError('the generator "cam" needs image labels, not boxes: use the command "cam"')
  if (
    command === 'propose' &&
    values.model !== undefined &&
    (values.generator ?? 'segmenter') !== 'segmenter'
  )
    throw new UsageError(`--model goes with --generator segmenter; "${values.generator}" uses no model`)
  if (command === 'predict') {
    if (values.tta) refuse('--tta', 'predict without it')
    if (values.fusion !== undefined) refuse('--fusion', 'predict with one model')
    if (values.model?.includes(',')) refuse('more than one --model', 'predict with one model')
  }
  if (command === 'train') {
    if (values.recipe === 'semi') refuse('--recipe semi', '--recipe box or --recipe cam')
    refuseUnknown('recipe', values.recipe, ['box', 'cam'])
    if (values.recipe === 'box' && values.annotations === undefined)
      throw new UsageError('train --recipe box needs --annotations FILE: COCO file with boxes or masks')
    if (values.recipe === 'cam' && values.labels === undefined)
      throw new UsageError('train --recipe cam needs --labels FILE: {file_name: [class, …]}, [] = clean')
    refuseUnknown('student', values.student, STUDENTS)
    if (values.preset !== undefined && values.student !== undefined)
      throw new UsageError('--preset names its student; leave --student out')
  }
  if (values['model-form'] !== undefined && !['head', 'whole'].includes(values['model-form']))
    throw new UsageError(`--model-form must be head or whole, got "${values['model-form']}"`)
  if (values.threshold > 1)
    throw new UsageError(`--threshold must be a number from 0 to 1, got "${values.threshold}"`)
  if (values.backend !== undefined && !['webgpu', 'wasm', 'cpu'].includes(values.backend))
    throw new UsageError(`--backend must be webgpu, wasm or cpu, got "${values.backend}"`)
}

function refuseUnknown(name, value, known) {
  if (value !== undefined && !known.includes(value))
    throw new UsageError(`unknown --${name} "${value}"; known: ${known.join(', ')}`)
}

function refuse(what, instead) {
  throw new UsageError(`${what} is not in this version; use ${instead}`)
}
