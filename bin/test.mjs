#!/usr/bin/env node
// `npm test`: every check there is, each with its time; goes on after a failure. The very last line is the sum of all
// checks and tests, `N passed, N failed, N skipped`; the exit code is 1 when anything failed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureChromium } from './findChromium.mjs'
import { ROOT } from './root.mjs'
import { readPlaywright, readVitest, summarise } from './testReport.mjs'
import { TEST_STEPS } from './testSteps.mjs'

const reports = mkdtempSync(path.join(tmpdir(), 'maskwright-test-'))

/** How each test runner is asked for JSON beside its usual output. */
const RUNNERS = {
  vitest: {
    read: readVitest,
    ask: (file) => ({
      args: ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      env: {},
    }),
  },
  playwright: {
    read: readPlaywright,
    ask: (file) => ({ args: ['--reporter=list,json'], env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file } }),
  },
}

function runStep(step, env) {
  const runner = step.report === undefined ? null : RUNNERS[step.report]
  const file = path.join(reports, `${step.name}.json`)
  const asked = runner === null ? { args: [], env: {} } : runner.ask(file)
  const [command, args] =
    step.npm === undefined
      ? [process.execPath, step.node]
      : ['npm', ['run', '--silent', ...step.npm, ...(asked.args.length === 0 ? [] : ['--', ...asked.args])]]
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env, ...asked.env },
    shell: command === 'npm' && process.platform === 'win32',
  })
  const counts =
    runner !== null && existsSync(file) ? runner.read(JSON.parse(readFileSync(file, 'utf8'))) : null
  const outcome = status === 0 && (counts?.failed.length ?? 0) === 0 ? 'passed' : 'failed'
  return { outcome, counts, why: error?.message ?? null }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, 'localhost', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

const results = []
for (const step of TEST_STEPS) {
  const start = performance.now()
  const needed = results.find(({ name }) => name === step.needs)
  let result
  if (needed !== undefined && needed.outcome !== 'passed') {
    result = { outcome: 'skipped', counts: null, why: `${needed.name} ${needed.outcome}` }
  } else {
    console.log(`\n=== ${step.name} ===`)
    const isReady = step.report !== 'playwright' || ensureChromium(console.log)
    result = isReady
      ? runStep(step, step.report === 'playwright' ? { E2E_PORT: String(await freePort()) } : {})
      : { outcome: 'failed', counts: null, why: 'no browser' }
  }
  results.push({ name: step.name, seconds: (performance.now() - start) / 1000, ...result })
}
rmSync(reports, { recursive: true })

const { text, isGreen } = summarise(results)
process.exitCode = isGreen ? 0 : 1
console.log(text)
