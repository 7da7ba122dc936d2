import type { TrainingEvent, TrainingSpec } from '../../src/ml/training'
import { createTrainerClient } from '../../src/runtime/trainer/client'
import { CLASSES, levelsOf, noiseExamples, SIDE } from './noiseExamples'

/** What `runTrainingStep.mjs` asks for. */
interface Request {
  readonly studentId: string
  /** Examples of an epoch; each image is so many of them, as mirrored copies are in the app. */
  readonly images: number
  readonly copies: number
  readonly params: TrainingSpec['params']
}

interface Measured {
  /** One line on the backend, and the threads it has. */
  readonly backend: string
  readonly isIsolated: boolean
  readonly epochs: readonly { readonly seconds: number; readonly loss: number }[]
  readonly steps: number
  /** From the call to the exported network, start of the worker included. */
  readonly wallSeconds: number
}

/** One run of the product's trainer, in its worker. `epochEnded` of the page's host is told of every epoch. */
async function measureTraining({ studentId, images, copies, params }: Request): Promise<Measured> {
  const events: TrainingEvent[] = []
  const levels = levelsOf(studentId)
  const once = noiseExamples(images, levels)
  const examples = Array.from({ length: copies }, () => once).flat()
  const spec: TrainingSpec = {
    studentId,
    classCount: CLASSES,
    levels,
    width: SIDE,
    height: SIDE,
    seed: 0,
    params,
    backend: 'wasm',
    backboneWeights: null,
    resumeFrom: null,
  }
  const startedAt = performance.now()
  const handle = createTrainerClient().start(
    spec,
    examples,
    [],
    [0],
    (event) => {
      events.push(event)
      if (event.kind === 'epoch') void globalThis.epochEnded(event.report.epoch)
    },
    { signal: new AbortController().signal, onProgress: () => {} },
  )
  const { steps } = await handle.finished
  return {
    backend: events.flatMap((event) => (event.kind === 'backend' ? [event.note] : []))[0]!,
    isIsolated: crossOriginIsolated,
    epochs: events.flatMap((event) =>
      event.kind === 'epoch' ? [{ seconds: event.report.seconds, loss: event.report.loss }] : [],
    ),
    steps,
    wallSeconds: (performance.now() - startedAt) / 1000,
  }
}

declare global {
  var measureTraining: (request: Request) => Promise<Measured>
  /** Of the benchmark: reads how much processor time and memory the page has used. */
  var epochEnded: (epoch: number) => Promise<void>
}
globalThis.measureTraining = measureTraining
