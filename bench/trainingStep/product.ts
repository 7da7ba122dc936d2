import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { kernelRunner } from '../../src/nn/kernels/kernelRunner'
import { startBackend } from '../../src/nn/__fixtures__/backends'
import { tf } from '../../src/nn/tf'
import { trainStudent } from '../../src/nn/train/trainLoop'
import { CLASSES, levelsOf, noiseExamples, SIDE } from './noiseExamples'

export interface MemorySample {
  readonly step: number
  readonly tensors: number
  readonly wasmBytes: number
  readonly jsHeapBytes: number
}

/** The product's training loop in node, wasm, one thread: what it holds after every so many steps. Loaded by Vite. */
export async function sampleMemory(studentId: string, steps: number, every: number): Promise<MemorySample[]> {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  await startBackend('wasm')
  const samples: MemorySample[] = []
  // Two steps an epoch, of two examples each: what is left behind does not depend on how large a step is.
  const examples = noiseExamples(4, levelsOf(studentId))
  const spec = {
    studentId,
    classCount: CLASSES,
    levels: levelsOf(studentId),
    width: SIDE,
    height: SIDE,
    seed: 0,
    // Self-correction stays on, so that its maps come and go too.
    params: { epochs: steps / 2, batchSize: 2, correctionWarmup: 0 },
    backend: null,
    backboneWeights: null,
    resumeFrom: null,
  }
  const run = trainStudent(spec, examples, [], [], {
    signal: new AbortController().signal,
    now: () => performance.now(),
    breathe: async () => {},
    isStopped: () => false,
    readEvery: 1,
  })
  let step = 0
  for await (const event of run) {
    if (event.kind !== 'epoch') continue
    step += 2
    if (step % every !== 0 && step !== every / 2) continue
    collectGarbage()
    samples.push({
      step,
      tensors: tf.memory().numTensors,
      wasmBytes: kernelRunner().buffer.byteLength,
      jsHeapBytes: process.memoryUsage().heapUsed,
    })
  }
  return samples
}
