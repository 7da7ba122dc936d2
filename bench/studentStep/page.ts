import { createRandom } from '../../src/core/random'
import { encodeHalf } from '../../src/ml/float16'
import type { TrainingEvent, TrainingExample, TrainingSpec } from '../../src/ml/training'
import { createTrainerClient } from '../../src/runtime/trainer/client'

/** What `bench/student-step.mjs` asks for. */
interface Request {
  readonly backend: TrainingSpec['backend']
  readonly images: number
  readonly epochs: number
  readonly batchSize: number
  readonly width: number
  readonly height: number
}

const CLASSES = 3
// The levels of the embedded encoder (public/models/manifest.json).
const LEVELS = [
  { stride: 4, channels: 48 },
  { stride: 8, channels: 96 },
  { stride: 16, channels: 160 },
  { stride: 32, channels: 224 },
]

/** Noise with one square, labelled; how fast a step is does not depend on what is seen. */
function noiseExample(imageIndex: number, { width, height }: Request): TrainingExample {
  const random = createRandom(imageIndex)
  const halves = encodeHalf(Array.from({ length: 4096 }, () => random.normal()))
  const target = new Uint8Array(width * height)
  for (let y = 0; y < 40; y++)
    target.fill(1 + (imageIndex % CLASSES), (60 + y) * width + 70, (60 + y) * width + 110)
  return {
    imageIndex,
    features: {
      width,
      height,
      levels: LEVELS.map(({ stride, channels }) => {
        const data = new Uint16Array((width / stride) * (height / stride) * channels)
        for (let i = 0; i < data.length; i++) data[i] = halves[(i * 7 + imageIndex) % halves.length]!
        return { stride, channels, data }
      }),
    },
    pixels: { width, height, data: new Uint8ClampedArray(4 * width * height).map((_, i) => (i * 37) % 256) },
    target: { width, height, data: target },
    barred: null,
  }
}

async function measure(request: Request) {
  const events: { at: number; event: TrainingEvent }[] = []
  const startedAt = performance.now()
  const spec: TrainingSpec = {
    studentId: 'light',
    classCount: CLASSES,
    levels: LEVELS,
    width: request.width,
    height: request.height,
    seed: 0,
    params: { epochs: request.epochs, batchSize: request.batchSize },
    backend: request.backend,
    backboneWeights: null,
    resumeFrom: null,
  }
  const examples = Array.from({ length: request.images }, (_, i) => noiseExample(i, request))
  const handle = createTrainerClient().start(
    spec,
    examples,
    [],
    [0],
    (event) => events.push({ at: performance.now() - startedAt, event }),
    { signal: new AbortController().signal, onProgress: () => {} },
  )
  const result = await handle.finished
  return {
    isolated: crossOriginIsolated,
    backend: events.flatMap(({ at, event }) => (event.kind === 'backend' ? [{ at, ...event }] : []))[0],
    epochs: events.flatMap(({ event }) => (event.kind === 'epoch' ? [event.report] : [])),
    steps: result.steps,
    seconds: result.seconds,
    onnxBytes: result.onnx.length,
  }
}

Object.assign(globalThis, { measureStudent: measure })
