import { chromium } from 'playwright-core'
import { findChromium } from '../findChromium.mjs'
import { BatchError, CancelledError } from './batchErrors.mjs'
import { startInputServer } from './inputServer.mjs'

const START_TIMEOUT_MS = 60_000
/** A wasm call cannot be interrupted; what has not stopped by then is closed with its browser. */
const CANCEL_GRACE_MS = 15_000

/**
 * Runs one command in the built app in headless Chromium: same application code as the screen, no screen.
 *
 * @param {{
 *   dist: string,
 *   command: 'propose' | 'cam' | 'train' | 'predict' | 'evaluate' | 'score' | 'camScore',
 *   images: readonly { path: string, file: string }[],
 *   files: Readonly<Record<string, string>>,
 *   options: Readonly<Record<string, unknown>>,
 *   outputs: ReadonlyMap<string, string>,
 *   backend?: string,
 *   signal: AbortSignal,
 *   onProgress: (progress: { title: string, done: number, total: number, note: string }) => void,
 * }} request `files`: input name -> path; `outputs`: name the app gives an output -> path it is written to.
 * @returns {Promise<{ summary: any, issues: readonly { severity: string, path: string, message: string, remedy: string | null }[], outputs: readonly string[] }>}
 */
export async function runBatch({
  dist,
  command,
  images,
  files,
  options,
  outputs,
  backend,
  signal,
  onProgress,
}) {
  const inputs = new Map(Object.entries(files).map(([name, file]) => [`file/${name}`, file]))
  for (const [index, image] of images.entries()) inputs.set(`image/${index}`, image.file)
  const server = await startInputServer({ dist, inputs, outputs: new Map(outputs) })
  let browser
  try {
    if (signal.aborted) throw new CancelledError('cancelled')
    browser = await launch()
    const page = await openPage(browser, server.pageUrl, backend, onProgress)
    const request = {
      command,
      images: images.map((image, index) => ({ path: image.path, url: server.inputUrl(`image/${index}`) })),
      files: Object.fromEntries(Object.keys(files).map((name) => [name, server.inputUrl(`file/${name}`)])),
      options,
      outUrl: server.outUrl,
    }
    return await runInPage(page, request, signal)
  } finally {
    await browser?.close()
    await server.close()
  }
}

function launch() {
  const executablePath = findChromium()
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    headless: true,
    // WebGPU stays off without this flag; a software adapter is refused by the app, which then takes wasm.
    args: ['--enable-unsafe-webgpu'],
    // The browser outlives a Ctrl+C until the command has been cancelled inside it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
}

async function openPage(browser, pageUrl, backend, onProgress) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.exposeFunction('maskwrightProgress', (json) => onProgress(JSON.parse(json)))
  const faults = []
  page.on('pageerror', (error) => faults.push(error.message))
  const query = new URLSearchParams({ automation: '1', ...(backend === undefined ? {} : { backend }) })
  await page.goto(`${pageUrl}?${query}`)
  try {
    await page.waitForFunction(() => 'maskwright' in globalThis, null, { timeout: START_TIMEOUT_MS })
  } catch (cause) {
    throw new Error(`the app did not start: ${faults.join('; ') || cause.message}`, { cause })
  }
  return page
}

async function runInPage(page, request, signal) {
  const crashed = new Promise((_, reject) => {
    page.once('crash', () => reject(new BatchError('the browser tab ran out of memory or crashed', null)))
  })
  let giveUp
  const cancelled = new Promise((_, reject) => {
    const cancel = () => {
      giveUp = setTimeout(() => reject(new CancelledError('cancelled')), CANCEL_GRACE_MS)
      page.evaluate(() => globalThis.maskwright.cancel()).catch(reject)
    }
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
  })
  try {
    // Errors cross as data: the browser's own transport keeps their message only.
    const answer = await Promise.race([
      page.evaluate(async (wanted) => {
        try {
          return { result: await globalThis.maskwright.run(wanted) }
        } catch (error) {
          return {
            failure: {
              name: error?.name ?? 'Error',
              message: error?.message ?? String(error),
              code: error?.code ?? null,
            },
          }
        }
      }, request),
      crashed,
      cancelled,
    ])
    if (answer.result !== undefined) return answer.result
    if (signal.aborted || answer.failure.name === 'AbortError') throw new CancelledError('cancelled')
    throw new BatchError(answer.failure.message, answer.failure.code)
  } finally {
    clearTimeout(giveUp)
  }
}
