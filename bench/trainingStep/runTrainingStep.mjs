import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { openBenchPage } from '../page/openBenchPage.mjs'
import { processUse } from './processUse.mjs'
import { trainingStepReport } from './trainingStepReport.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const ORACLE = 'bench/oracles/student_speed.py'
const PYTHON = '/usr/bin/python3'
const BATCH = 8
/** A measurement of one round: epochs of four steps, the first of which starts the kernels. */
const STEPS = { images: 32, epochs: 5 }
const MEMORY_STEPS = 500

/**
 * A training step of the product's trainer in Chromium, one thread and two, beside PyTorch with the same network, losses,
 * optimiser, batch and size on the same cores, in turns; a default training from start to network; memory.
 *
 * @param {{ students: string[], rounds: number, hasWholeRun: boolean, say: (text: string) => void }} options
 */
export async function runTrainingStep({ students, rounds, hasWholeRun, say }) {
  const input = 'bench/trainingStep/index.html'
  const one = await openTrainer(input, false)
  const two = await openTrainer(input, true)
  try {
    const measured = []
    for (const studentId of students) {
      const turns = []
      for (let round = 1; round <= rounds; round++) {
        say(`${studentId}: round ${round} of ${rounds}`)
        turns.push({
          torchOne: pytorch(studentId, 1),
          one: await steps(one, studentId),
          torchTwo: pytorch(studentId, 2),
          two: await steps(two, studentId),
        })
      }
      measured.push({ studentId, turns })
    }
    say('memory over 500 steps')
    const memory = await memoryOverSteps(students[0])
    let whole = null
    let large = null
    if (hasWholeRun) {
      say('a default training on 60 images')
      // Each image is there upright and mirrored, as the app's default has it: 120 examples, 30 epochs of 15 steps.
      whole = await two.train({ studentId: students[0], images: 60, copies: 2, params: {} })
      say('1,000 images')
      large = await two.train({
        studentId: students[0],
        images: 1000,
        copies: 2,
        params: { epochs: 1, maxMinutes: 1 },
      })
    }
    return trainingStepReport({ measured, memory, whole, large, rounds, batch: BATCH })
  } finally {
    await one.close()
    await two.close()
  }
}

async function openTrainer(input, isIsolated) {
  const { page, profile, close } = await openBenchPage(input, { isIsolated, hasModels: false })
  let uses = []
  await page.exposeFunction('epochEnded', () => {
    uses.push(processUse(profile))
  })
  return {
    close,
    train: async (request) => {
      uses = []
      const before = processUse(profile)
      const peak = { bytes: 0 }
      const watch = setInterval(() => {
        peak.bytes = Math.max(peak.bytes, processUse(profile)?.residentBytes ?? 0)
      }, 1000)
      try {
        const result = await page.evaluate((asked) => globalThis.measureTraining(asked), request)
        return { ...result, uses, before, peakBytes: peak.bytes }
      } finally {
        clearInterval(watch)
      }
    },
  }
}

/** Milliseconds of a step on the clock, median of the epochs after the first, and of processor time. */
async function steps(trainer, studentId) {
  const { images, epochs } = STEPS
  const params = { epochs, batchSize: BATCH, correctionWarmup: 0 }
  const result = await trainer.train({ studentId, images, copies: 1, params })
  const stepsOfEpoch = images / BATCH
  const ms = result.epochs.slice(1).map(({ seconds }) => (1000 * seconds) / stepsOfEpoch)
  const [first, last] = [result.uses[0], result.uses.at(-1)]
  return {
    ms,
    cpuMs: first && last ? (last.cpuMs - first.cpuMs) / ((epochs - 1) * stepsOfEpoch) : null,
    backend: result.backend,
    losses: result.epochs.map(({ loss }) => loss),
  }
}

/** Null where PyTorch is not installed: then the table has no ratio. */
function pytorch(studentId, threads) {
  const words = ['--student', studentId, '--threads', String(threads), '--steps', '12', '--correcting']
  const run = spawnSync(PYTHON, [ORACLE, ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    // Threads that spin while they wait would lose the most where other work shares the cores.
    env: { ...process.env, OMP_NUM_THREADS: String(threads), OMP_WAIT_POLICY: 'PASSIVE' },
  })
  return run.status === 0 ? JSON.parse(run.stdout) : null
}

/** The product's training loop in node, so that tensors, wasm memory and heap can be counted from inside. */
async function memoryOverSteps(studentId) {
  const server = await createServer({
    root: ROOT,
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
    appType: 'custom',
  })
  try {
    const { sampleMemory } = await server.ssrLoadModule('/bench/trainingStep/product.ts')
    return await sampleMemory(studentId, MEMORY_STEPS, 100)
  } finally {
    await server.close()
  }
}
