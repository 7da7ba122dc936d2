import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { predictImage, type ImagePrediction, type StudentModel } from './app/training/predictImage'
import type { Size } from './core/geometry'
import { createRandom } from './core/random'
import type { RgbaImage } from './core/raster'
import { describeAgain, describeModel } from './formats/describeModel'
import type { ModelInfo } from './formats/modelInfo'
import { encodePng } from './formats/png'
import { readModelInfo } from './formats/readModelInfo'
import { frameOf, placeOnCanvas } from './ml/imaging/networkInput'
import type { TrainedStudent, TrainingEvent, TrainingExample } from './ml/training'
import { startBackend } from './nn/__fixtures__/backends'
import { maxDifference } from './nn/__fixtures__/maxDifference'
import { trainStudent } from './nn/train/trainLoop'
import { createModelJoiner } from './runtime/inference/modelJoiner'
import { createStudentRunnerClient } from './runtime/inference/studentRunnerClient'
import {
  featureClientOf,
  fromPublicModels,
  inferenceInNode,
  job,
  noModels,
} from './runtime/inference/__fixtures__/inferenceInNode'

/**
 * A student is really trained here on features of the real embedded encoder, leaves in both forms, and is run by the
 * product and by docs/examples/run_student.py, which knows model.json and nothing of the product.
 */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const CANVAS: Size = { width: 96, height: 64 }
const CLASSES = [
  { name: 'hole', color: '#e6194b' },
  { name: 'bright spot', color: '#3cb44b' },
]
const ENCODER = 'public/models/embedded-encoder.onnx'
const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0

/** A coloured, noisy plate with a dark disc (class 1) in one half and a bright square (class 2) in the other. */
function plate({ width, height }: Size, seed: number): { picture: RgbaImage; target: Uint8Array } {
  const random = createRandom(seed)
  const unit = Math.min(width, height)
  const within = (side: number, size: number): number => size + Math.floor(random.next() * (side - 2 * size))
  const radius = unit * 0.16
  const half = unit * 0.12
  const isDiscLeft = seed % 2 === 0
  const disc = { x: within(width / 2, radius) + (isDiscLeft ? 0 : width / 2), y: within(height, radius) }
  const square = { x: within(width / 2, half) + (isDiscLeft ? width / 2 : 0), y: within(height, half) }
  const data = new Uint8ClampedArray(4 * width * height)
  const target = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x
      if (Math.hypot(x - disc.x, y - disc.y) < radius) target[p] = 1
      if (Math.abs(x - square.x) < half && Math.abs(y - square.y) < half) target[p] = 2
      const shift = target[p] === 1 ? -70 : target[p] === 2 ? 80 : 0
      for (let c = 0; c < 3; c++) data[4 * p + c] = 110 + 15 * c + shift + 25 * random.next()
      data[4 * p + 3] = 255
    }
  }
  return { picture: { width, height, data }, target }
}

const ports: MessagePort[] = []
const { host } = inferenceInNode(ports)
const services = { features: featureClientOf(host), studentRunner: createStudentRunnerClient(host) }
const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-student-'))
afterAll(() => {
  for (const port of ports) port.close()
  rmSync(folder, { recursive: true })
})

interface Exported {
  readonly onnx: Uint8Array<ArrayBuffer>
  readonly info: ModelInfo
  readonly folder: string
}

let trained: TrainedStudent
let previews: readonly Extract<TrainingEvent, { kind: 'preview' }>[]
let examples: readonly TrainingExample[]
let forms: Readonly<Record<'head' | 'whole', Exported>>

beforeAll(async () => {
  await startBackend('wasm')
  examples = await Promise.all(
    Array.from({ length: 6 }, async (_, i): Promise<TrainingExample> => {
      const { picture, target } = plate(CANVAS, i)
      const features = await services.features.extract('embedded', `plate ${i}`, picture, job)
      return { imageIndex: i, features, pixels: picture, target: { ...CANVAS, data: target }, barred: null }
    }),
  )
  const backbone = await services.features.describe('embedded')
  const params = { channels: 16, epochs: 70, batchSize: 3, learningRate: 0.01, emaDecay: 0.8, seed: 4 }
  const events: TrainingEvent[] = []
  const run = trainStudent(
    {
      studentId: 'light',
      classCount: CLASSES.length,
      levels: backbone.levels,
      backboneWeights: null,
      ...CANVAS,
      seed: params.seed,
      params,
      backend: null,
      resumeFrom: null,
    },
    examples,
    [],
    [0, 3],
    { ...job, now: () => 0, breathe: async () => {}, isStopped: () => false, readEvery: 10 },
  )
  for (;;) {
    const next = await run.next()
    if (next.done === true) {
      trained = next.value
      break
    }
    events.push(next.value)
  }
  previews = events.flatMap((event) => (event.kind === 'preview' ? [event] : []))

  const { id, hash, source, tensors } = backbone
  const head = describeModel({
    studentId: 'light',
    recipe: 'box',
    seed: params.seed,
    params,
    classes: CLASSES.map((entry, i) => ({
      id: `class:${i}` as never,
      type: 'class',
      ...entry,
      foreign: null,
    })),
    canvas: CANVAS,
    backbone: { id, sha256: hash, source, tensors },
    threshold: 0.5,
    run: {
      startedAt: '2026-01-01T00:00:00.000Z',
      backend: 'wasm',
      seconds: trained.seconds,
      steps: trained.steps,
      epoch: trained.epoch,
      stoppedEarly: trained.stoppedEarly,
      snapshotSha256: null,
      images: { train: 6, validation: 0, confirmedClean: 0 },
      masks: { accepted: 12, unreviewed: 0 },
    },
  })
  const whole = await createModelJoiner(host, noModels, fromPublicModels).join('embedded', trained.onnx)
  forms = {
    head: keep('head', trained.onnx, head),
    whole: keep('whole', whole, describeAgain(head, { form: 'whole' })),
  }
})

function keep(name: string, onnx: Uint8Array<ArrayBuffer>, described: ModelInfo): Exported {
  const text = JSON.stringify(described, null, 2)
  writeFileSync(path.join(folder, `${name}.onnx`), onnx)
  writeFileSync(path.join(folder, `${name}.json`), text)
  return { onnx, info: readModelInfo(text), folder }
}

function modelOf({ onnx, info }: Exported, threshold: number): StudentModel {
  return {
    key: createHash('sha256').update(onnx).digest('hex'),
    onnx,
    canvas: info.input,
    classCount: info.classes.length,
    threshold,
    minimumAreaPx: info.minimumAreaPx,
    minimumPeak: info.minimumPeak,
    imageScoreShare: info.imageScoreShare,
    backboneId: info.form === 'whole' ? null : info.backbone!.id,
  }
}

describe('a student after a real training', () => {
  test('has learnt something: the comparisons below are of masks, not of noise', () => {
    const { target } = examples[0]!
    const { defect } = previews.findLast(({ imageIndex }) => imageIndex === 0)!
    let right = 0
    for (let p = 0; p < defect.length; p++) right += defect[p]! >= 128 === target.data[p]! > 0 ? 1 : 0
    expect(right / defect.length).toBeGreaterThan(0.95)
  })

  test.each(['head', 'whole'] as const)(
    'gives as a %s in ONNX Runtime what the averaged weights gave in training, to 0.001',
    async (form) => {
      for (const imageIndex of [0, 3]) {
        const told = previews.findLast((event) => event.imageIndex === imageIndex)!
        const { answer } = await predict(form, examples[imageIndex]!.pixels, 0.5)
        // The trainer tells its probabilities as bytes, so half a byte is lost before anything is compared.
        expect(
          maxDifference(
            answer.defect,
            Float32Array.from(told.defect, (byte) => byte / 255),
          ),
        ).toBeLessThan(0.5 / 255 + 1e-3)
      }
    },
  )
})

const PICTURES: readonly (readonly [string, Size])[] = [
  ['shrunk on both axes, padded below', { width: 210, height: 125 }],
  ['shrunk, padded at the right', { width: 97, height: 150 }],
  ['enlarged', { width: 50, height: 31 }],
  ['of the size of the canvas', CANVAS],
]

const classesSeen = new Set<number>()

describe.skipIf(!hasNumpy)('docs/examples/run_student.py (needs python3 with numpy)', () => {
  test.each(
    PICTURES.flatMap(([what, size]) =>
      (['head', 'whole'] as const).map((form) => [form, what, size] as const),
    ),
  )('as a %s, picture %s: the probabilities to 0.001, the very instances', async (form, _, size) => {
    const { picture } = plate(size, 77)
    const threshold = clearThreshold((await predict(form, picture, 0.5)).defect.data)
    const expected = await predict(form, picture, threshold)
    const image = path.join(folder, 'picture.png')
    writeFileSync(image, encodePng(picture))
    const found = runPython(form, image, threshold)

    const difference = maxDifference(found.defect, expected.defect.data)
    expect(difference).toBeLessThan(1e-3)
    expect(found.answer.score).toBeCloseTo(expected.imageScore, 3)
    expect(expected.instances.length).toBeGreaterThan(0)
    for (const { classIndex } of expected.instances) classesSeen.add(classIndex)
    expect(found.answer.instances.map((one) => [one.class_index, one.area, one.segmentation.counts])).toEqual(
      expected.instances.map((one) => [one.classIndex, one.areaPx, [...one.rle.counts]]),
    )
    found.answer.instances.forEach((one, i) => {
      expect(one.score).toBeCloseTo(expected.instances[i]!.score, 3)
      expect(one.bbox).toEqual(Object.values(expected.instances[i]!.boundsPx))
      expect(one.class).toBe(CLASSES[one.class_index]!.name)
    })
  })

  test('both classes were among the instances that were compared', () => {
    expect(classesSeen).toEqual(new Set([0, 1]))
  })

  test('a head with another backbone is refused with the hash that is needed', () => {
    const image = path.join(folder, 'picture.png')
    writeFileSync(image, encodePng(plate(CANVAS, 1).picture))
    const { status, stderr } = python(
      'head',
      image,
      '--backbone',
      'public/models/embedded-decoder.onnx',
      '--numpy',
    )
    expect(status).toBe(1)
    expect(stderr).toContain('another backbone')
  })
})

async function predict(
  form: 'head' | 'whole',
  picture: RgbaImage,
  threshold: number,
): Promise<ImagePrediction> {
  const key = createHash('sha256').update(picture.data).digest('hex')
  return predictImage(services, modelOf(forms[form], threshold), { key, picture }, job)
}

/** The middle of the widest gap among probabilities between 0.3 and 0.7: there no rounding can flip a pixel. */
function clearThreshold(values: Float32Array): number {
  const sorted = [0.3, ...[...values].filter((value) => value > 0.3 && value < 0.7), 0.7].sort(
    (a, b) => a - b,
  )
  let best = 1
  for (let i = 2; i < sorted.length; i++)
    if (sorted[i]! - sorted[i - 1]! > sorted[best]! - sorted[best - 1]!) best = i
  return (sorted[best]! + sorted[best - 1]!) / 2
}

interface PythonAnswer {
  readonly score: number
  readonly instances: readonly {
    readonly class_index: number
    readonly class: string
    readonly score: number
    readonly area: number
    readonly bbox: readonly number[]
    readonly segmentation: { readonly counts: readonly number[] }
  }[]
}

function python(form: 'head' | 'whole', image: string, ...words: string[]) {
  const files = [path.join(folder, `${form}.onnx`), path.join(folder, `${form}.json`), image]
  return spawnSync('python3', ['docs/examples/run_student.py', ...files, ...words], { encoding: 'utf8' })
}

function runPython(
  form: 'head' | 'whole',
  image: string,
  threshold: number,
): { readonly answer: PythonAnswer; readonly defect: Float32Array } {
  const map = path.join(folder, 'defect.npy')
  const backbone = form === 'head' ? ['--backbone', ENCODER] : []
  const { stdout, stderr, status } = python(
    form,
    image,
    ...backbone,
    '--numpy',
    '--threshold',
    String(threshold),
    '--defect',
    map,
  )
  if (status !== 0) throw new Error(`run_student.py failed: ${stderr}`)
  return { answer: JSON.parse(stdout) as PythonAnswer, defect: readNpy(readFileSync(map)) }
}

/** Version 1 of numpy's format: 10 bytes, a header of the length in bytes 8 and 9, then the values. */
function readNpy(file: Buffer): Float32Array {
  const header = file.subarray(10, 10 + file.readUInt16LE(8)).toString('latin1')
  if (!header.includes("'descr': '<f4'")) throw new Error(`unexpected values: ${header}`)
  const values = file.subarray(10 + file.readUInt16LE(8))
  const flat = Float32Array.from({ length: values.length / 4 }, (_, i) => values.readFloatLE(4 * i))
  if (header.includes("'fortran_order': False")) return flat
  const [height, width] = /\((\d+), (\d+)\)/.exec(header)!.slice(1).map(Number) as [number, number]
  return Float32Array.from(flat, (_, p) => flat[(p % width) * height + Math.floor(p / width)]!)
}

test('the canvas of these tests is filled by none of the odd pictures, so padding is tested', () => {
  const contents = PICTURES.map(([, size]) => frameOf(size, CANVAS).content)
  expect(contents.filter(({ width, height }) => width < CANVAS.width || height < CANVAS.height)).toHaveLength(
    3,
  )
  expect(placeOnCanvas(plate(CANVAS, 1).picture, frameOf(CANVAS, CANVAS)).width).toBe(CANVAS.width)
})
