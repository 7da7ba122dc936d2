#!/usr/bin/env node
// `npm start`: builds the app when the build is missing or older than its sources, serves it, opens the browser.
// Options: --port N (the first port to try; 4173), --strict-port (that one or none), --no-open.
import { parseArgs } from 'node:util'
import { build, preview } from 'vite'
import { isBuildStale } from './isBuildStale.mjs'
import { ROOT } from './root.mjs'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4173' },
    'strict-port': { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
  },
})
const port = Number(values.port)
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error(`--port needs a number from 1 to 65535, got "${values.port}"`)
  process.exit(2)
}

if (isBuildStale(ROOT)) {
  console.log('Building the app ...')
  await build({ root: ROOT, logLevel: 'warn' })
}
// The headers (isolation for threads, content policy) come from vite.config.ts.
const server = await preview({
  root: ROOT,
  logLevel: 'warn',
  preview: { port, strictPort: values['strict-port'], open: !(values['no-open'] || process.env.CI) },
})
const address = server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`
console.log(`Maskwright is at ${address}  (Ctrl+C ends it; images and work stay in the browser)`)
