import { expect, test } from 'vitest'
import { parseCommand } from './parseCommand.mjs'

const propose = ['propose', '--images', 'in', '--annotations', 'boxes.json', '--out', 'masks.json']
const train = ['train', '--images', 'in', '--annotations', 'a.json', '--out', 'run', '--recipe', 'box']
const predict = ['predict', '--images', 'in', '--model', 'run', '--out', 'p.json']

test('options arrive typed: paths as text, numbers as numbers, params as an object', () => {
  const parsed = parseCommand([
    ...train,
    '--epochs',
    '3',
    '--minutes',
    '0.5',
    '--seed',
    '7',
    '--params',
    '{"flips":"none"}',
  ])
  expect(parsed).toEqual({
    kind: 'run',
    command: 'train',
    values: {
      images: 'in',
      annotations: 'a.json',
      out: 'run',
      recipe: 'box',
      epochs: 3,
      minutes: 0.5,
      seed: 7,
      params: { flips: 'none' },
    },
  })
})

test.each(['light', 'unet', 'dino-boxes2pixels'])('train takes the student %s', (student) => {
  expect(parseCommand([...train, '--student', student]).values).toMatchObject({ student })
})

test('--option=value means the same as --option value', () => {
  const parsed = parseCommand(['evaluate', '--truth=t.json', '--predictions=p.json', '--json'])
  expect(parsed.values).toEqual({ truth: 't.json', predictions: 'p.json', json: true })
})

test('the segmenter is the embedded one, or a list of files', () => {
  expect(parseCommand([...propose, '--model', 'embedded']).values.model).toEqual([])
  expect(parseCommand([...propose, '--model', 'm/enc.onnx, m/dec.onnx']).values.model).toEqual([
    'm/enc.onnx',
    'm/dec.onnx',
  ])
})

test('a backbone is the embedded one or one file, with train and with predict', () => {
  expect(parseCommand([...train, '--backbone', 'embedded']).values.backbone).toBe('embedded')
  expect(parseCommand([...train, '--backbone', 'm/dino.onnx']).values.backbone).toBe('m/dino.onnx')
  expect(parseCommand([...predict, '--backbone', 'm/dino.onnx']).values.backbone).toBe('m/dino.onnx')
  expect(() => parseCommand([...train, '--backbone', 'dinov2-s'])).toThrow(
    /--backbone dinov2-s: commands have no library of models; give its file, --backbone FILE\.onnx \(onnx\/model\.onnx of /,
  )
  expect(() => parseCommand([...train, '--backbone', 'resnet'])).toThrow(
    '--backbone must be "embedded" or an ONNX file such as model.onnx, got "resnet"',
  )
})

test('cam and its recipe need labels, no annotations', () => {
  const cam = ['cam', '--images', 'in', '--labels', 'l.json', '--out', 'o.json', '--seed', '2']
  expect(parseCommand(cam)).toMatchObject({ command: 'cam', values: { labels: 'l.json', seed: 2 } })
  const recipe = ['train', '--images', 'in', '--labels', 'l.json', '--out', 'run', '--recipe', 'cam']
  expect(parseCommand(recipe)).toMatchObject({ command: 'train', values: { recipe: 'cam' } })
})

test('help is asked for with nothing, --help, or after a command', () => {
  expect(parseCommand([])).toEqual({ kind: 'help', command: null })
  expect(parseCommand(['--help'])).toEqual({ kind: 'help', command: null })
  expect(parseCommand(['train', '-h'])).toEqual({ kind: 'help', command: 'train' })
})

test.each([
  ['unknown command', ['propse'], /unknown command "propse"; known: propose, cam, train, predict, evaluate/],
  ['missing required option', propose.slice(0, 5), /propose needs --out FILE/],
  ['unknown option', [...propose, '--colour', 'red'], /'--colour'; options: --images/],
  ['option without its value', ['propose', '--images'], /--images/],
  ['value without an option', [...propose, 'extra'], /"extra" belongs to no option/],
  ['same option twice', [...propose, '--out', 'other.json'], /--out is given 2 times/],
  ['empty value', [...predict.slice(0, -1), ''], /--out is empty; it needs FILE/],
  [
    'a fraction of an epoch',
    [...train, '--epochs', '1.5'],
    /--epochs must be a whole number from 1, got "1.5"/,
  ],
  ['zero epochs', [...train, '--epochs', '0'], /whole number from 1/],
  ['minutes in words', [...train, '--minutes', 'two'], /--minutes must be a number from 0, got "two"/],
  ['broken params', [...train, '--params', '{"a":'], /--params is not readable JSON/],
  ['params that are a list', [...train, '--params', '[1]'], /--params must be a JSON object/],
  ['unknown recipe', [...train.slice(0, -1), 'magic'], /unknown --recipe "magic"; known: box, cam/],
  ['recipe cam without labels', [...train.slice(0, -1), 'cam'], /--recipe cam needs --labels FILE/],
  [
    'recipe box without annotations',
    ['train', '--images', 'in', '--out', 'run', '--recipe', 'box'],
    /--recipe box needs --annotations FILE/,
  ],
  [
    'cam as a generator of boxes',
    [...propose, '--generator', 'cam'],
    /needs image labels, not boxes: use the command "cam"/,
  ],
  ['a model that is no file', [...propose, '--model', 'edgetam'], /must be "embedded" or ONNX files/],
  ['a gap in the model files', [...propose, '--model', 'a.onnx,,b.onnx'], /file name is missing/],
  [
    'a model for a generator without one',
    [...propose, '--generator', 'otsu', '--model', 'embedded'],
    /--model goes with --generator segmenter; "otsu" uses no model/,
  ],
  [
    'unknown student',
    [...train, '--student', 'dino-tiny'],
    /unknown --student "dino-tiny"; known: light, unet, dino-boxes2pixels/,
  ],
  [
    'a preset and a student',
    [...train, '--preset', 'dino_final', '--student', 'unet'],
    /--preset names its student; leave --student out/,
  ],
  ['unknown form of a model', [...train, '--model-form', 'half'], /--model-form must be head or whole/],
  ['a threshold above 1', [...predict, '--threshold', '1.2'], /--threshold must be a number from 0 to 1/],
  ['unknown backend', [...train, '--backend', 'webgl'], /--backend must be webgpu, wasm or cpu/],
])('wrong usage is named with a remedy: %s', (_, words, message) => {
  expect(() => parseCommand(words)).toThrow(message)
})

test.each([
  ['recipe semi', [...train.slice(0, -1), 'semi']],
  ['test-time augmentation', [...predict, '--tta']],
  ['fusion', [...predict, '--fusion', '{}']],
  ['two models', ['predict', '--images', 'in', '--model', 'a,b', '--out', 'p.json']],
])('what comes later says so: %s', (_, words) => {
  expect(() => parseCommand(words)).toThrow(/is not in this version; use /)
})
