import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { builtApp } from '../../bin/batch/builtApp.mjs'
import { runBatch } from '../../bin/batch/runBatch.mjs'
import { ARMS } from './arms.mjs'
import { cocoOf, readJson } from './dataset.mjs'
import { proposalIou } from './proposalIou.mjs'
import { studentScores } from './studentScores.mjs'
import { cleanLabels, trainingFile } from './trainingFile.mjs'

const GENERATORS = ['box-fill', 'otsu', 'segmenter']

/**
 * The whole loop on one data set: propose with each generator, train each arm with each seed, score on val and test,
 * predict and evaluate on test. All through the batch command's own door. Every stage leaves its result in `work`;
 * with `resume` a stage whose result is there is not run again.
 *
 * @param {ReturnType<import('./dataset.mjs').openDataset>} dataset
 * @param {{ work: string, resume: boolean, arms: readonly string[], seeds: readonly number[], epochs: number | null,
 *   params: Record<string, unknown>, backend?: string, signal: AbortSignal, say: (text: string) => void,
 *   onProgress: (progress: any) => void }} options
 */
export async function runLoop(dataset, options) {
  const { work, say } = options
  if (!options.resume) rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const stage = createStage(dataset, options, await builtApp(say))

  const boxes = writeJson(path.join(work, 'boxes.json'), cocoOf(dataset, dataset.images, dataset.boxes))
  const proposals = {}
  for (const generator of GENERATORS) {
    const out = path.join(work, `masks-${generator}.json`)
    const { seconds } = await stage(`propose ${generator}`, {
      command: 'propose',
      images: dataset.images,
      files: { annotations: boxes },
      options: { generator, params: generator === 'segmenter' ? options.generatorParams : {} },
      outputs: new Map([['annotations.json', out]]),
    })
    const { annotations } = readJson(out)
    proposals[generator] = { annotations, seconds, iou: proposalIou(dataset, annotations) }
  }

  const students = []
  for (const arm of ARMS.filter((candidate) => options.arms.includes(candidate.id))) {
    for (const seed of options.seeds)
      students.push(await runStudent(dataset, arm, seed, proposals, stage, options))
  }
  return { proposals, students }
}

async function runStudent(dataset, arm, seed, proposals, stage, { work, epochs, params }) {
  const name = `${arm.id}-seed${seed}`
  const folder = path.join(work, name)
  mkdirSync(folder, { recursive: true })
  const masks = arm.masks === 'truth' ? dataset.truth : proposals[arm.masks].annotations
  const annotations = writeJson(path.join(folder, 'train.json'), trainingFile(dataset, masks))
  const labels = writeJson(path.join(folder, 'labels.json'), cleanLabels(dataset))
  const at = (file) => path.join(folder, file)
  const training = await stage(`train ${name}`, {
    command: 'train',
    images: dataset.images.filter((image) => dataset.splitOf(image) === 'train'),
    files: { annotations, labels },
    options: {
      recipe: 'box',
      seed,
      ...(epochs === null ? {} : { epochs }),
      params: { ...params, ...arm.params },
    },
    outputs: new Map(
      ['model.onnx', 'model.json', 'run.json', 'corrected.json'].map((file) => [file, at(file)]),
    ),
  })
  const model = { modelOnnx: at('model.onnx'), modelJson: at('model.json') }
  const scored = {}
  for (const split of ['val', 'test']) {
    const images = dataset.images.filter((image) => dataset.splitOf(image) === split)
    const truth = writeJson(at(`truth-${split}.json`), cocoOf(dataset, images, dataset.truth))
    const request = { command: 'score', images, files: { ...model, truth }, options: {}, outputs: new Map() }
    scored[split] = (await stage(`score ${name} ${split}`, request)).summary
  }
  const test = dataset.images.filter((image) => dataset.splitOf(image) === 'test')
  const prediction = await stage(`predict ${name}`, {
    command: 'predict',
    images: test,
    files: model,
    options: {},
    outputs: new Map([['predictions.json', at('predictions.json')]]),
  })
  const evaluation = await stage(`evaluate ${name}`, {
    command: 'evaluate',
    images: [],
    files: { truth: at('truth-test.json'), predictions: at('predictions.json') },
    options: {},
    outputs: new Map(),
  })
  return {
    arm,
    seed,
    scores: studentScores(dataset, scored.val, scored.test),
    evaluation: evaluation.summary,
    training: training.summary,
    seconds: { train: training.seconds, predict: prediction.seconds, testImages: test.length },
  }
}

/** One command in the built app, timed from the start of the browser to its end; remembered for `resume`. */
function createStage(dataset, { work, resume, backend, signal, say, onProgress }, dist) {
  return async (name, request) => {
    const memory = path.join(work, `${name.replaceAll(' ', '-')}.stage.json`)
    if (resume && existsSync(memory)) return JSON.parse(readFileSync(memory, 'utf8'))
    const began = performance.now()
    const { summary, issues } = await runBatch({
      ...request,
      dist,
      images: request.images.map((image) => ({
        path: image.file_name,
        file: path.join(dataset.imageFolder, image.file_name),
      })),
      ...(backend === undefined ? {} : { backend }),
      signal,
      onProgress,
    })
    const result = { summary, seconds: (performance.now() - began) / 1000 }
    for (const issue of issues) say(`${name}: ${issue.severity}: ${issue.path}: ${issue.message}`)
    writeJson(memory, result)
    say(`${name}: ${result.seconds.toFixed(1)} s`)
    return result
  }
}

function writeJson(file, value) {
  writeFileSync(file, JSON.stringify(value))
  return file
}
