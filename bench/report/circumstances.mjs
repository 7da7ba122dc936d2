import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * What a number was measured with: date, machine, state of the code, embedded model.
 *
 * @param {string | null} backend
 * @param {string} models folder of the embedded model's manifest
 */
export function circumstances(backend, models = `${ROOT}public/models`) {
  const manifest = JSON.parse(readFileSync(`${models}/manifest.json`, 'utf8'))
  const cores = availableParallelism()
  return [
    new Date().toISOString().slice(0, 10),
    `${cores === 2 ? 'two' : cores} CPU cores, ${backend === 'webgpu' ? 'GPU by WebGPU' : 'no GPU'}`,
    stateOfTheCode(),
    `embedded encoder ${manifest.models[0].files.encoder.sha256.slice(0, 12)}`,
  ].join('; ')
}

function stateOfTheCode() {
  const git = (...words) => spawnSync('git', words, { cwd: ROOT, encoding: 'utf8' })
  const commit = git('rev-parse', '--short', 'HEAD')
  if (commit.status !== 0) return 'a copy without its history'
  const isChanged = git('status', '--porcelain', '--', 'src', 'public').stdout.trim() !== ''
  return `commit ${commit.stdout.trim()}${isChanged ? ' with uncommitted changes' : ''}`
}
