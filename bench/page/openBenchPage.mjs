import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'
import { findChromium } from '../../bin/findChromium.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Builds one page of a benchmark with the product's own settings, serves it with the product's headers and opens it in
 * Chromium with the software WebGPU adapter.
 *
 * @param {string} input such as `bench/speed/index.html`
 * @param {{ isIsolated: boolean, hasModels: boolean }} options without isolation there is no shared memory, and so no threads
 */
export async function openBenchPage(input, { isIsolated, hasModels }) {
  const outDir = mkdtempSync(path.join(os.tmpdir(), 'bench-page-'))
  const profile = mkdtempSync(path.join(os.tmpdir(), 'bench-profile-'))
  const shared = { root: ROOT, configFile: path.join(ROOT, 'vite.config.ts'), logLevel: 'warn' }
  let server
  let browser
  const close = async () => {
    await browser?.close()
    await new Promise((resolve) => (server ? server.httpServer.close(resolve) : resolve()))
    rmSync(outDir, { recursive: true, force: true })
    rmSync(profile, { recursive: true, force: true })
  }
  try {
    await build({
      ...shared,
      ...(hasModels ? {} : { publicDir: false }),
      build: { outDir, emptyOutDir: true, rolldownOptions: { input: path.join(ROOT, input) } },
    })
    const open = {
      'Cross-Origin-Opener-Policy': 'unsafe-none',
      'Cross-Origin-Embedder-Policy': 'unsafe-none',
    }
    server = await preview({
      ...shared,
      build: { outDir },
      ...(isIsolated ? {} : { preview: { headers: open } }),
    })
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
    await page.goto(`${server.resolvedUrls.local[0]}${input}`)
    return { page, profile, close }
  } catch (error) {
    await close()
    throw error
  }
}
