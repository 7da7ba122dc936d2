// Measures a training step of the student `light` in Chromium: the product's own worker, built by the product's own
// settings, served with its headers.
//
//   node bench/student-step.mjs [--backend wasm|webgpu|cpu] [--images 32] [--epochs 4] [--batch 8] [--size 224x224] [--no-threads]
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'
import { findChromium } from '../bin/findChromium.mjs'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
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

const outDir = mkdtempSync(path.join(os.tmpdir(), 'student-step-'))
const profile = mkdtempSync(path.join(os.tmpdir(), 'student-step-profile-'))
let server
let browser
try {
  const shared = { root: ROOT, configFile: path.join(ROOT, 'vite.config.ts'), logLevel: 'warn' }
  await build({
    ...shared,
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: true,
      rolldownOptions: { input: path.join(ROOT, 'bench/studentStep/index.html') },
    },
  })
  // Without the isolation headers there is no shared memory, and so no threads.
  const open = { 'Cross-Origin-Opener-Policy': 'unsafe-none', 'Cross-Origin-Embedder-Policy': 'unsafe-none' }
  const headers = values['no-threads'] ? { preview: { headers: open } } : {}
  server = await preview({ ...shared, ...headers, build: { outDir } })
  const executablePath = findChromium()
  browser = await chromium.launchPersistentContext(profile, {
    ...(executablePath ? { executablePath } : {}),
    headless: true,
    args: [
      '--no-sandbox',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--ignore-gpu-blocklist',
    ],
  })
  const page = await browser.newPage()
  page.on('console', (message) => process.stderr.write(`[page] ${message.text()}\n`))
  page.on('pageerror', (error) => process.stderr.write(`[page] ${error.message}\n`))
  await page.goto(`${server.resolvedUrls.local[0]}bench/studentStep/index.html`)
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
  await browser?.close()
  await new Promise((resolve) => (server ? server.httpServer.close(resolve) : resolve()))
  rmSync(outDir, { recursive: true, force: true })
  rmSync(profile, { recursive: true, force: true })
}
process.exit(0)
