import { AppError } from '../../core/errors'
import { createCell } from '../../core/observable'
import type { RgbaImage } from '../../core/raster'
import { refineByCrf } from '../../ml/cam/crf/refineByCrf'
import { inpaint } from '../../ml/cam/inpaint/inpaint'
import type { OutputFile, PickedFile } from '../../ports/files'
import type { ModelEntry, ModelLibrary } from '../../ports/modelLibrary'
import type { ProjectStorage } from '../../ports/projectStorage'
import type { StudentAnswer } from '../../ports/studentRunner'
import { createMemoryStorage } from '../../storage/memory'
import type { Services } from '../services'
import { darknessFeatures, fakeClassifier } from './fakeClassifier'

/** A grey picture as a file: "WIDTHxHEIGHT" then dark rectangles "x,y,w,h". The fake codec draws it. */
export function picture(
  path: string,
  width: number,
  height: number,
  ...darkPx: readonly (readonly [number, number, number, number])[]
): PickedFile {
  const text = `picture ${width} ${height} ${path} ${JSON.stringify(darkPx)}`
  return rawFile(path, text)
}

export function rawFile(path: string, text: string): PickedFile {
  const bytes = new TextEncoder().encode(text)
  return { path, byteLength: bytes.length, bytes: async () => bytes }
}

function readPicture(
  bytes: Uint8Array,
  fileName: string,
): { width: number; height: number; dark: number[][] } {
  const match = /^picture (\d+) (\d+) \S+ (.*)$/.exec(new TextDecoder().decode(bytes))
  if (match === null) throw new AppError('data/not-an-image', `${fileName} is not an image`)
  return { width: Number(match[1]), height: Number(match[2]), dark: JSON.parse(match[3]!) as number[][] }
}

function draw(bytes: Uint8Array, fileName: string): RgbaImage {
  const { width, height, dark } = readPicture(bytes, fileName)
  const data = new Uint8ClampedArray(width * height * 4)
  for (let p = 0; p < width * height; p++) {
    const x = p % width
    const y = (p - x) / width
    const isDark = dark.some(([dx, dy, w, h]) => x >= dx! && x < dx! + w! && y >= dy! && y < dy! + h!)
    // A little structure keeps thresholds honest.
    data.fill(isDark ? 40 : 170 + ((x * 7 + y * 13) % 9), p * 4, p * 4 + 3)
    data[p * 4 + 3] = 255
  }
  return { width, height, data }
}

/** "Sees" everything darker than 100 as class 1. */
function darkStudent(pixels: RgbaImage): StudentAnswer {
  const plane = pixels.width * pixels.height
  const defect = new Float32Array(plane)
  const classes = new Float32Array(plane * 2)
  for (let p = 0; p < plane; p++) {
    defect[p] = pixels.data[p * 4]! < 100 ? 0.95 : 0.05
    classes[p] = 1 - defect[p]!
    classes[plane + p] = defect[p]!
  }
  return { width: pixels.width, height: pixels.height, classes, defect }
}

export interface FakeServices extends Services {
  readonly saved: OutputFile[]
}

/** The ports in a few lines each; storage is the real in-memory one. */
export function fakeServices(storage?: ProjectStorage): FakeServices {
  let nextId = 1
  let ticks = 0
  const saved: OutputFile[] = []
  const clock = { now: () => new Date(Date.UTC(2026, 0, 1) + ++ticks).toISOString(), ticks: () => ticks }
  return {
    saved,
    clock,
    newId: () => `id-${nextId++}`,
    storage: storage ?? createMemoryStorage({ now: clock.now }),
    imageCodec: {
      inspect: (bytes, fileName) => ({
        ...readPicture(bytes, fileName),
        mimeType: 'image/png',
        orientation: 1,
      }),
      decode: async (bytes, fileName) => draw(bytes, fileName),
      thumbnail: async () => new Uint8Array([1]),
    },
    files: {
      pickFolder: async () => null,
      pickFiles: async () => null,
      save: async (file) => void saved.push(file),
    },
    segmenter: {
      describe: async () => {
        throw new AppError('model/missing', 'no model in this test')
      },
      segment: async () => {
        throw new AppError('model/missing', 'no model in this test')
      },
    },
    models: fakeModels(),
    features: {
      describe: async () => ({
        id: 'embedded',
        title: 'Embedded',
        kind: 'pyramid',
        source: 'the app',
        tensors: {
          image: 'image',
          preparation: { kind: 'luminance', stdFloor: 0.02, clip: 6 },
          zeros: [],
          levels: [{ output: 'feat4', stride: 4, channels: 2, layout: 'map' }],
          tokenNorm: null,
        },
        hash: 'f'.repeat(64),
        levels: [{ stride: 4, channels: 2 }],
        multipleOf: 32,
      }),
      extract: async (_backboneId, _key, image) => darknessFeatures(image),
      weights: async () => new Uint8Array(1),
      cacheState: async () => ({ bytes: 0, otherBytes: 0, limitBytes: 2e9, hasRoom: true }),
      setCacheLimit: async () => {},
      clearCache: async () => {},
    },
    studentRunner: { run: async (_key, _onnx, _features, pixels) => darkStudent(pixels) },
    modelJoiner: {
      join: async (backboneId, head) =>
        new TextEncoder().encode(`${backboneId} + ${new TextDecoder().decode(head)}`),
    },
    trainer: {
      exportCheckpoint: async () => {
        throw new AppError('train/bad-checkpoint', 'this trainer makes none')
      },
      start: (_spec, _examples, _validation, previews, onEvent) => {
        onEvent({ kind: 'backend', backend: 'cpu', note: '' })
        onEvent({ kind: 'steps', firstStep: 0, losses: [1, 0.5] })
        onEvent({
          kind: 'preview',
          epoch: 0,
          imageIndex: previews[0] ?? 0,
          width: 2,
          height: 1,
          defect: Uint8Array.of(0, 255),
        })
        onEvent({
          kind: 'epoch',
          report: {
            epoch: 0,
            epochs: 1,
            loss: 0.5,
            lossFine: 0.3,
            lossBinary: 0.2,
            validation: null,
            correctedPixels: 3,
            cappedImages: 0,
            skippedSteps: 0,
            seconds: 1,
          },
        })
        return {
          pause: () => {},
          resume: () => {},
          stop: () => {},
          finished: Promise.resolve({
            onnx: new TextEncoder().encode('onnx'),
            epoch: 0,
            stoppedEarly: false,
            steps: 2,
            seconds: 1,
          }),
        }
      },
    },
    classifier: fakeClassifier(),
    pixelWork: {
      inpaint: async (request) => inpaint(request),
      refine: async (request) => refineByCrf(request),
    },
    capabilities: {
      probe: async () => ({
        webgpu: { kind: 'none', description: '' },
        wasmThreads: 1,
        isCrossOriginIsolated: false,
        hasFileSystemAccess: false,
      }),
    },
  }
}

/** A library with the embedded model and one that can be fetched; `overrides` for what a test is about. */
export function fakeModels(overrides: Partial<ModelLibrary> = {}): ModelLibrary {
  const entries = createCell<readonly ModelEntry[]>([])
  return {
    entries,
    mirror: createCell<string | null>(null),
    refresh: async () =>
      entries.set([
        fakeModel({ id: 'embedded', source: 'embedded', features: 'pyramid', state: 'ready' }),
        fakeModel(),
      ]),
    download: async () => {},
    addFiles: async () => fakeModel({ id: 'files:0123456789ab', source: 'files', state: 'ready' }),
    verify: async (id) => fakeModel({ id, state: 'ready' }),
    remove: async () => {},
    setMirror: () => {},
    ...overrides,
  }
}

export function fakeModel(overrides: Partial<ModelEntry> = {}): ModelEntry {
  return {
    id: 'small',
    title: 'Small',
    summary: '',
    kind: 'segmenter',
    features: null,
    source: 'catalogue',
    family: null,
    licence: { name: 'Apache-2.0', url: null, note: null },
    origin: { repository: 'someone/small', revision: 'c0ffee' },
    files: [{ name: 'enc.onnx', bytes: 1000, sha256: 'a'.repeat(64), bytesHere: 0 }],
    state: 'absent',
    obstacle: null,
    caution: null,
    ...overrides,
  }
}
