import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openBenchPage } from '../page/openBenchPage.mjs'
import { circumstances } from '../report/circumstances.mjs'
import { markdownTable } from '../report/markdownTable.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const ORACLE = 'bench/oracles/network_speed.py'
const PYTHON = '/usr/bin/python3'
/** Software WebGPU is a hundred times slower than WASM: a few rounds say all there is to say. */
const SOFTWARE_ROUNDS = 2

/**
 * Encode and decode of the embedded model on one crop: ONNX Runtime in Chromium with one and two threads and on the
 * software WebGPU adapter, beside PyTorch with the same layers on the same cores, one after another.
 *
 * @param {{ rounds: number, say: (text: string) => void }} options
 */
export async function runSpeed({ rounds, say }) {
  say('PyTorch, one thread')
  const torchOne = pytorch(1, rounds)
  say('PyTorch, two threads')
  const torchTwo = pytorch(2, rounds)
  say('WASM, one thread')
  const one = await inChromium({ isIsolated: false, provider: 'wasm', rounds })
  say('WASM, with threads')
  const two = await inChromium({ isIsolated: true, provider: 'wasm', rounds })
  say('WebGPU, software adapter')
  const software = await inChromium({ isIsolated: true, provider: 'webgpu', rounds: SOFTWARE_ROUNDS })
  return report({ torchOne, torchTwo, one, two, software, rounds })
}

async function inChromium({ isIsolated, provider, rounds }) {
  const { page, close } = await openBenchPage('bench/speed/index.html', { isIsolated, hasModels: true })
  try {
    return await page.evaluate((request) => globalThis.measureSpeed(request), { provider, rounds })
  } finally {
    await close()
  }
}

/** Null where PyTorch is not installed: then the table has no ratio. */
function pytorch(threads, rounds) {
  const run = spawnSync(PYTHON, [ORACLE, '--threads', String(threads), '--rounds', String(rounds)], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return run.status === 0 ? JSON.parse(run.stdout) : null
}

function report({ torchOne, torchTwo, one, two, software, rounds }) {
  const row = (name, times, yardstick, note) => {
    const [encode, decode] = [median(times.encode), median(times.decode)]
    const reference = yardstick && median(yardstick.encode) + median(yardstick.decode)
    return [
      name,
      String(times.threads),
      `${encode.toFixed(1)} ms`,
      `${decode.toFixed(1)} ms`,
      `${(encode + decode).toFixed(1)} ms`,
      reference === null ? '–' : `${((encode + decode) / reference).toFixed(2)} x`,
      note,
    ]
  }
  const rows = [['where', 'threads', 'encode', 'decode', 'both', 'PyTorch, same threads = 1', 'note']]
  if (torchOne !== null) rows.push(row(`PyTorch ${torchOne.version}`, torchOne, torchOne, ''))
  if (torchTwo !== null) rows.push(row(`PyTorch ${torchTwo.version}`, torchTwo, torchTwo, ''))
  rows.push(row('ONNX Runtime, WASM', one, torchOne, ''))
  rows.push(row('ONNX Runtime, WASM', two, two.threads === 2 ? torchTwo : torchOne, ''))
  rows.push(row('ONNX Runtime, WebGPU', software, null, 'software adapter: a note, not a speed'))
  return [
    '## Embedded segmenter: encode and decode',
    `${circumstances(null)}. One crop of 128 x 128 px, median of ${rounds} rounds after a warm-up (software WebGPU: ${SOFTWARE_ROUNDS}), inside the page, without cropping, calibration and drawing.`,
    markdownTable(rows),
  ].join('\n\n')
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
