// Measures a training step of the student `light` in Chromium: the product's own worker, built by the product's own
// settings, served with its headers.
//
//   node bench/student-step.mjs [--backend wasm|webgpu|cpu] [--images 32] [--epochs 4] [--batch 8] [--size 224x224] [--no-threads]
import { parseArgs } from 'node:util'
import { openBenchPage } from './page/openBenchPage.mjs'

const { values } = parseArgs({
  options: {
    backend: { type: 'string' },
    images: { type: 'string', default: '32' },
    epochs: { type: 'string', default: '4' },
    batch: { type: 'string', default: '8' },
    size: { type: 'string', default: '224x224' },
    'no-threads': { type: 'boolean', default: false },
  },
})
const [width, height] = values.size.split('x').map(Number)

const { page, close } = await openBenchPage('bench/studentStep/index.html', {
  isIsolated: !values['no-threads'],
  hasModels: false,
})
try {
  const answer = await page.evaluate((request) => globalThis.measureStudent(request), {
    backend: values.backend ?? null,
    images: Number(values.images),
    epochs: Number(values.epochs),
    batchSize: Number(values.batch),
    width,
    height,
  })
  // The first epoch holds the start of every kernel.
  const later = answer.epochs.slice(1)
  const seconds = later.reduce((sum, epoch) => sum + epoch.seconds, 0)
  const stepsPerEpoch = answer.steps / answer.epochs.length
  console.log(
    JSON.stringify(
      {
        ...answer,
        epochs: answer.epochs.map(({ seconds: s, loss }) => ({
          seconds: Number(s.toFixed(2)),
          loss: Number(loss.toFixed(4)),
        })),
        msPerStep: Math.round((1000 * seconds) / (later.length * stepsPerEpoch)),
        imagesPerSecond: Number(((later.length * Number(values.images)) / seconds).toFixed(1)),
      },
      null,
      2,
    ),
  )
} finally {
  await close()
}
process.exit(0)
