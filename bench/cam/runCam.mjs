import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { builtApp } from '../../bin/batch/builtApp.mjs'
import { runBatch } from '../../bin/batch/runBatch.mjs'
import { cocoOf, readJson, SPLITS } from '../loop/dataset.mjs'
import { RUNS } from './runs.mjs'
import { weakLabels } from './weakLabels.mjs'

/**
 * Masks from image labels on one data set, stage by stage, through the batch command's own door. Every run leaves its
 * result in `work`; with `resume` a run whose result is there is not made again, so that students may follow later.
 *
 * @param {ReturnType<import('../loop/dataset.mjs').openDataset>} dataset
 * @param {{ work: string, resume: boolean, runs: readonly string[], seeds: readonly number[], studentSeeds: readonly number[],
 *   signal: AbortSignal, say: (text: string) => void, onProgress: (progress: any) => void,
 *   onResult: (results: Record<string, CamResult[]>) => void }} options `onResult` hears of everything that there is so far;
 *   `runs`: names of RUNS for `seeds`
 * @returns {Promise<Record<string, CamResult[]>>} by run
 *
 * @typedef {{ seed: number, seconds: number, summary: any }} CamResult
 */
export async function runCam(dataset, options) {
  const { work, runs, seeds, studentSeeds, say } = options
  if (!options.resume) rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const truth = writeJson(path.join(work, 'truth.json'), cocoOf(dataset, dataset.images, dataset.truth))
  const labels = writeJson(path.join(work, 'labels.json'), weakLabels(dataset))
  const dist = await builtApp(say)
  const wanted = [
    ...seeds.flatMap((seed) => runs.map((run) => ({ run, seed }))),
    ...studentSeeds.map((seed) => ({ run: 'students', seed })),
  ]
  const results = Object.fromEntries(Object.keys(RUNS).map((run) => [run, []]))
  for (const { run, seed } of wanted) {
    const memory = path.join(work, `${run}-seed${seed}.json`)
    if (options.resume && existsSync(memory)) {
      results[run].push(readJson(memory))
      continue
    }
    const began = performance.now()
    const { summary, issues } = await runBatch({
      dist,
      command: 'camScore',
      images: dataset.images.map(({ file_name }) => ({
        path: file_name,
        file: path.join(dataset.imageFolder, file_name),
      })),
      files: { truth, labels },
      options: { ...RUNS[run](seed), splits: splitsOf(dataset) },
      outputs: new Map(),
      signal: options.signal,
      onProgress: options.onProgress,
    })
    const result = { seed, seconds: (performance.now() - began) / 1000, summary }
    for (const issue of issues) say(`${run} ${seed}: ${issue.severity}: ${issue.path}: ${issue.message}`)
    writeJson(memory, result)
    say(`${run}, seed ${seed}: ${result.seconds.toFixed(1)} s`)
    results[run].push(result)
    options.onResult(results)
  }
  return results
}

function splitsOf(dataset) {
  const filesOf = (split) => dataset.images.filter((image) => dataset.splitOf(image) === split)
  return Object.fromEntries(SPLITS.map((split) => [split, filesOf(split).map((image) => image.file_name)]))
}

function writeJson(file, value) {
  writeFileSync(file, JSON.stringify(value))
  return file
}
