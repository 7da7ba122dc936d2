// Measures the built app on real data and writes the numbers into docs/benchmarks.md.
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createProgressLine } from '../bin/batch/progressLine.mjs'
import { updateSection } from './report/updateSection.mjs'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const USAGE = `Usage: npm run bench -- <what> [options]

  loop         propose, train, predict, evaluate on a data set with truth
      --data DIR          folder with images/, annotations.json, split.json (required)
      --boxes KIND        tight (default), human or jittered
      --arms LIST         ${'corrected,plain (default), otsu, filled, ce, truth; "none" for proposals only'}
      --seeds LIST        0 (default), such as 0,1,2
      --epochs N          otherwise the product's default
      --params JSON       further training parameters, for all arms
      --generator-params JSON  parameters of the segmenter generator
      --limit N           at most N images a split: a quick look, not a result
      --resume            keep the stages that have run before
      --backend B         webgpu, wasm or cpu
  segmenter    box -> mask with the product's code in node, on sets with truth, beside baselines
      --data DIR          one such folder, or a folder of them (required)
      --boxes KIND        tight (default), human or jittered
      --limit N           boxes a split and set, 250 by default
      --split NAME        test (default) or val
      --models DIR        manifest and weights; public/models by default
  students     pseudo-masks x students x self-correction, by a twin of the product in PyTorch, or by the product in node
      --data DIR          one such folder (required)
      --plan NAME         table (default); sweep: self-correction on and off; report: what lies in --work, nothing is run
      --masks LIST        ${'segmenter,otsu,degr,miss,full (default), segmenter-human, otsu-human'}
      --students LIST     embedded (default), mobilenet, unet
      --corrections LIST  off,on (default)
      --seeds LIST, --epochs N (12), --params JSON, --flips none|horizontal|both
      --groups JSON       the sweep: [{"arm", "weights", "epochs", "seed", "taus", "warmup", "by"}, ...]
      --canvas WxH        otherwise the product's choice
      --engine NAME       twin (default), or product: trained by the tab's own code in node
      --mobilenet FILE    feature graph of MobileNetV2
      --work DIR          prepared data and results; what is there is not made again
  cam          image labels -> masks -> students, stage by stage, with the product's code in the built app
      --data DIR          one such folder (required)
      --seeds LIST        0 (default), such as 0,1,2
      --students LIST     seeds whose students are trained too, such as 0; none by default
      --limit N           at most N images a split: a quick look, not a result
      --work DIR, --resume  results of the runs, and whether those that are there are kept
  cam-pictures docs/images/cam-successes.png and cam-failures.png, from drawn pictures
  interactive  box -> mask shown, and on disk, on one 512-px image, embedded model
      --boxes-count N     boxes to draw, 10 by default
  speed        encode and decode of the embedded model, beside PyTorch on the same cores
      --rounds N          30 by default
  training-step  a step of a student beside PyTorch, a default training, memory
      --students LIST     light (default), unet, dino-boxes2pixels
      --rounds N          3 by default
      --steps-only        neither the default training nor the thousand images
  storage      a large project: added, opened again, scrolled
      --images N          10000 by default

  --report FILE           where the numbers go; docs/benchmarks.md by default`

const line = createProgressLine(process.stderr, Date.now)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    boxes: { type: 'string', default: 'tight' },
    arms: { type: 'string' },
    seeds: { type: 'string', default: '0' },
    epochs: { type: 'string' },
    params: { type: 'string', default: '{}' },
    'generator-params': { type: 'string', default: '{}' },
    limit: { type: 'string', default: '0' },
    split: { type: 'string', default: 'test' },
    models: { type: 'string', default: path.join(ROOT, 'public/models') },
    resume: { type: 'boolean', default: false },
    backend: { type: 'string' },
    rounds: { type: 'string' },
    students: { type: 'string' },
    'steps-only': { type: 'boolean', default: false },
    'boxes-count': { type: 'string', default: '10' },
    plan: { type: 'string', default: 'table' },
    masks: { type: 'string', default: 'segmenter,otsu,degr,miss,full' },
    corrections: { type: 'string', default: 'off,on' },
    groups: { type: 'string', default: '[]' },
    canvas: { type: 'string' },
    flips: { type: 'string', default: 'horizontal' },
    engine: { type: 'string', default: 'twin' },
    mobilenet: { type: 'string' },
    work: { type: 'string' },
    images: { type: 'string', default: '10000' },
    report: { type: 'string', default: path.join(ROOT, 'docs/benchmarks.md') },
  },
})

const controller = new AbortController()
process.once('SIGINT', () => controller.abort())
const tools = { signal: controller.signal, say: line.say, onProgress: line.show }
switch (positionals[0]) {
  case 'loop':
    await loop()
    break
  case 'segmenter':
    await segmenter()
    break
  case 'students':
    await students()
    break
  case 'cam':
    await cam()
    break
  case 'cam-pictures':
    await camPictures()
    break
  case 'interactive': {
    const { runInteractive } = await import('./interactive/runInteractive.mjs')
    record('interactive', await runInteractive({ ...tools, boxes: Number(values['boxes-count']) }))
    break
  }
  case 'speed': {
    const { runSpeed } = await import('./speed/runSpeed.mjs')
    record('speed', await runSpeed({ ...tools, rounds: Number(values.rounds ?? 30) }))
    break
  }
  case 'training-step': {
    const { runTrainingStep } = await import('./trainingStep/runTrainingStep.mjs')
    const report = await runTrainingStep({
      ...tools,
      students: (values.students ?? 'light').split(','),
      rounds: Number(values.rounds ?? 3),
      hasWholeRun: !values['steps-only'],
    })
    record('training-step', report)
    break
  }
  case 'storage': {
    const { runStorage } = await import('./storage/runStorage.mjs')
    record('storage', await runStorage({ ...tools, images: Number(values.images) }))
    break
  }
  default:
    line.say(USAGE)
    process.exitCode = positionals[0] === undefined ? 0 : 2
}

async function loop() {
  const { DEFAULT_ARMS } = await import('./loop/arms.mjs')
  const { openDataset } = await import('./loop/dataset.mjs')
  const { loopReport } = await import('./loop/loopReport.mjs')
  const { runLoop } = await import('./loop/runLoop.mjs')
  if (!hasData()) return
  const limit = Number(values.limit)
  const dataset = openDataset(values.data, values.boxes, { limit, jitterSeed: 0 })
  const settings = {
    limit,
    epochs: values.epochs === undefined ? null : Number(values.epochs),
    params: JSON.parse(values.params),
    generatorParams: JSON.parse(values['generator-params']),
  }
  const result = await runLoop(dataset, {
    ...tools,
    ...settings,
    work: path.join(ROOT, 'tmp/bench', `${dataset.name}-${values.boxes}${limit > 0 ? `-${limit}` : ''}`),
    resume: values.resume,
    arms: values.arms === undefined ? DEFAULT_ARMS : values.arms.split(','),
    seeds: values.seeds.split(',').map(Number),
    ...(values.backend === undefined ? {} : { backend: values.backend }),
  })
  record(
    `loop ${dataset.name} ${values.boxes}${thresholdName(settings.generatorParams)}${limit > 0 ? ` limit ${limit}` : ''}`,
    loopReport(dataset, result, settings),
  )
}

async function segmenter() {
  const { runSegmenter } = await import('./segmenter/runSegmenter.mjs')
  if (!hasData()) return
  const limit = Number(values.limit)
  const report = await runSegmenter(path.resolve(values.data), {
    ...tools,
    boxKind: values.boxes,
    split: values.split,
    boxesPerSplit: limit > 0 ? limit : 250,
    models: path.resolve(values.models),
  })
  const name = path.basename(path.resolve(values.data))
  record(
    `segmenter ${name} ${values.boxes}${values.split === 'test' ? '' : ` ${values.split}`}${limit > 0 ? ` limit ${limit}` : ''}`,
    report,
  )
}

async function students() {
  const { runStudents } = await import('./students/runStudents.mjs')
  if (!hasData()) return
  const [width, height] = (values.canvas ?? '').split('x').map(Number)
  const sections = await runStudents(values.data, {
    plan: values.plan,
    engine: values.engine,
    arms: values.masks.split(','),
    students: (values.students ?? 'embedded').split(','),
    corrections: values.corrections.split(',').map((word) => word === 'on'),
    seeds: values.seeds.split(',').map(Number),
    epochs: values.epochs === undefined ? 12 : Number(values.epochs),
    params: JSON.parse(values.params),
    groups: JSON.parse(values.groups),
    canvas: values.canvas === undefined ? null : { width, height },
    flips: values.flips,
    models: path.resolve(values.models),
    mobileNet: values.mobilenet,
    work: path.resolve(values.work ?? path.join(ROOT, 'tmp/bench/students')),
    say: line.say,
  })
  for (const { name, text } of sections) record(name, text)
}

async function cam() {
  const { camReport } = await import('./cam/camReport.mjs')
  const { runCam } = await import('./cam/runCam.mjs')
  const { openDataset } = await import('./loop/dataset.mjs')
  const { writeSheets } = await import('./cam/writeSheets.mjs')
  if (!hasData()) return
  const limit = Number(values.limit)
  const dataset = openDataset(values.data, 'tight', { limit, jitterSeed: 0 })
  const ending = limit > 0 ? ` limit ${limit}` : ''
  const recordAll = (results) =>
    record(`cam ${dataset.name}${ending}`, camReport(dataset, results, { limit }))
  const work = path.resolve(
    values.work ?? path.join(ROOT, 'tmp/bench/cam'),
    `${dataset.name}${limit > 0 ? `-${limit}` : ''}`,
  )
  const results = await runCam(dataset, {
    ...tools,
    work,
    resume: values.resume,
    runs: ['plain', 'rules'],
    seeds: values.seeds.split(',').map(Number),
    studentSeeds: values.students === undefined ? [] : values.students.split(',').map(Number),
    // A run that is cut off later leaves its section too.
    onResult: recordAll,
  })
  recordAll(results)
  const shown = results.rules.find(({ seed }) => seed === 0)
  // Other people's pictures stay out of the repository.
  if (shown !== undefined)
    writeSheets(dataset, shown.summary, {
      successes: path.join(work, 'successes.png'),
      failures: path.join(work, 'failures.png'),
    })
}

async function camPictures() {
  const { generatedSet } = await import('./cam/generatedSet.mjs')
  const { runCam } = await import('./cam/runCam.mjs')
  const { openDataset } = await import('./loop/dataset.mjs')
  const { writeSheets } = await import('./cam/writeSheets.mjs')
  const work = path.resolve(values.work ?? path.join(ROOT, 'tmp/bench/cam'))
  const folder = await generatedSet(path.join(work, 'generated-set'))
  const dataset = openDataset(folder, 'tight', { limit: 0, jitterSeed: 0 })
  const { rules } = await runCam(dataset, {
    ...tools,
    work: path.join(work, 'generated'),
    resume: values.resume,
    runs: ['rules'],
    seeds: [0],
    studentSeeds: [],
    onResult: () => {},
  })
  writeSheets(dataset, rules[0].summary, {
    successes: path.join(ROOT, 'docs/images/cam-successes.png'),
    failures: path.join(ROOT, 'docs/images/cam-failures.png'),
  })
}

/** Says so when the folder of real images is not there. */
function hasData() {
  if (values.data !== undefined && existsSync(values.data)) return true
  line.say(`--data: there is no folder "${values.data}"; the benchmark measures on real images with truth`)
  process.exitCode = 2
  return false
}

/** Prints a section and puts it into the report file. */
function record(name, text) {
  line.clear()
  process.stdout.write(`${text}\n`)
  mkdirSync(path.dirname(path.resolve(values.report)), { recursive: true })
  const before = existsSync(values.report) ? readFileSync(values.report, 'utf8') : '# Benchmarks\n'
  writeFileSync(values.report, updateSection(before, name, text))
}

/** Other generator settings are another section, so that both stand in the report. */
function thresholdName(generatorParams) {
  return typeof generatorParams.threshold === 'string' ? ` ${generatorParams.threshold}` : ''
}
