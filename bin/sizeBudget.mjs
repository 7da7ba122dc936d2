#!/usr/bin/env node
// Fails when the scripts that the first paint waits for have grown beyond the budget (product.md: numbers to reach).
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from './root.mjs'

const BUDGET_BYTES = 200_000

const dist = path.join(ROOT, 'dist')
const html = readFileSync(path.join(dist, 'index.html'), 'utf8')
const entry = /<script[^>]+type="module"[^>]+src="([^"]+)"/g
const preloaded = /<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"/g
const files = [...html.matchAll(entry), ...html.matchAll(preloaded)].map((match) => match[1])
if (files.length === 0) throw new Error('dist/index.html names no script')
let total = 0
for (const file of files) {
  const bytes = gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length
  total += bytes
  console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB gzip  ${file}`)
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB of ${BUDGET_BYTES / 1000} kB before the first paint`)
process.exitCode = total > BUDGET_BYTES ? 1 : 0
