import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer, loadConfigFromFile } from 'vite'
import { openDataset } from '../loop/dataset.mjs'
import { readPieces } from './pieceRule.mjs'
import { sweepRuns, tableRuns } from './plans.mjs'
import { prepareSet } from './prepareSet.mjs'
import { readHistograms } from './readHistograms.mjs'
import { operatingSection, piecesSection, sweepSection, tableSection } from './studentsReport.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Debian's own Python: that is where python3-torch and python3-opencv are. */
const PYTHON = '/usr/bin/python3'
/** Freed blocks go back to the system at once otherwise, and every step pays for zeroed pages. */
const PYTHON_ENVIRONMENT = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MALLOC_MMAP_THRESHOLD_: '4000000000',
  MALLOC_TRIM_THRESHOLD_: '8000000000',
}

/**
 * Students on pseudo-masks of several kinds: prepared with the product's code, trained by the twin in PyTorch or by the product
 * itself, scored alike. What has a result in `work` is not run again, so a long plan may be stopped.
 *
 * @param {string} folder one data set
 * @param {{ plan: 'table' | 'sweep' | 'report', engine: 'twin' | 'product', arms: readonly string[], students: readonly string[], corrections: readonly boolean[],
 *   seeds: readonly number[], epochs: number, params: Record<string, unknown>, canvas: { width: number, height: number } | null,
 *   flips: 'none' | 'horizontal' | 'both', groups: readonly any[], models: string, mobileNet: string | undefined, work: string, say: (text: string) => void }} options
 * @returns {Promise<{ name: string, text: string }[]>} sections of the report
 */
export async function runStudents(folder, options) {
  const set = path.basename(path.resolve(folder))
  if (options.plan === 'report') {
    const file = path.join(options.work, 'results.jsonl')
    const ofSet = ({ run }) => run.folder.split(path.sep).includes(set)
    const all = resultsOf(file).filter(ofSet)
    const sweep = all.filter(({ run }) => run.weights !== undefined)
    const table = all.filter(({ run }) => run.weights === undefined)
    return [
      ...(table.length > 0 ? studentSections(set, 'table', table) : []),
      ...(sweep.length > 0 ? studentSections(set, 'sweep', sweep) : []),
    ]
  }
  const work = path.join(options.work, set)
  const open = (kind) => openDataset(folder, kind, { limit: 0, jitterSeed: 0 })
  const { product, tools, trainWithProduct, mobileNet, close } = await loadProduct(options)
  const results = path.join(options.work, 'results.jsonl')
  let prepared
  let runs
  try {
    const backbones = options.students.includes('mobilenet') ? ['embedded', 'mobilenet'] : ['embedded']
    const arms = options.plan === 'sweep' ? [...new Set(options.groups.map(({ arm }) => arm))] : options.arms
    const { canvas, flips, say } = options
    prepared = await prepareSet(open, {
      work,
      arms,
      canvas,
      flips,
      backbones,
      product,
      tools,
      mobileNet,
      say,
    })
    const where = { set, folder: prepared.folder, flips }
    runs =
      options.plan === 'sweep'
        ? sweepRuns(where, options.groups, options.params)
        : tableRuns(where, { ...options, shared: options.params }).map((run) => ({
            ...run,
            id: `${options.engine === 'product' ? 'product-' : ''}${run.id}`,
          }))
    if (options.engine === 'product') {
      for (const run of runs) {
        if (resultsOf(results).some((result) => result.run.id === run.id)) continue
        const out = path.join(work, run.id)
        const { id, folder: at, flips: variants, arm, student, backbone, seed, ...params } = run
        await trainWithProduct(
          { folder: at, flips: variants, arm, student, backbone, seed, params: { ...params, seed } },
          out,
          (text) => say(`${id}: ${text}`),
        )
        await python('score_maps.py', ['--maps', out, '--id', id, '--out', results])
      }
    }
  } finally {
    await close()
  }
  if (options.engine === 'twin') {
    const list = path.join(work, 'runs.jsonl')
    mkdirSync(work, { recursive: true })
    writeFileSync(list, '')
    for (const run of runs) appendFileSync(list, `${JSON.stringify(run)}\n`)
    await python('train.py', ['--runs', list, '--out', results])
  }
  return studentSections(
    set,
    options.plan,
    resultsOf(
      results,
      runs.map(({ id }) => id),
    ),
  )
}

/**
 * @param {string} set
 * @param {'table' | 'sweep'} plan
 * @param {readonly import('./studentsReport.mjs').Result[]} results
 */
function studentSections(set, plan, results) {
  if (plan === 'sweep')
    return [{ name: `students sweep ${set}`, text: sweepSection(`Self-correction, ${set}`, results) }]
  return [
    { name: `students table ${set}`, text: tableSection(`Students, ${set}`, results) },
    {
      name: `students pieces ${set}`,
      text: piecesSection(
        `Pieces that must be sure, ${set}`,
        results.filter(({ pieces }) => pieces !== null),
      ),
    },
    {
      name: `students threshold ${set}`,
      text: operatingSection(`Threshold from a few reviewed images, ${set}`, results),
    },
  ]
}

/** The results of a file with their histograms; only those of the given ids. @param {string} file @param {readonly string[]} [ids] */
function resultsOf(file, ids) {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  return lines.flatMap((line) => {
    const result = JSON.parse(line)
    const { run } = result
    if (ids !== undefined && !ids.includes(run.id)) return []
    const index = JSON.parse(readFileSync(path.join(run.folder, `index-${run.flips}.json`), 'utf8'))
    const of = (score) =>
      readHistograms(path.join(file.replace(/\.jsonl$/, '-histograms'), `${run.id}-${score}.u32`), index)
    return [{ ...result, index, histograms: of('binary'), both: of('both'), pieces: piecesOf(file, run.id) }]
  })
}

/** Null for runs that were scored before pieces were kept. */
function piecesOf(results, id) {
  const of = (split) => path.join(results.replace(/\.jsonl$/, '-histograms'), `${id}-${split}-components.f32`)
  return existsSync(of('test')) ? { val: readPieces(of('val')), test: readPieces(of('test')) } : null
}

/** The TypeScript of the product, compiled by Vite for node; nothing is bundled, nothing is replaced. */
async function loadProduct({ models, mobileNet, students }) {
  process.chdir(ROOT)
  const { config } = await loadConfigFromFile(
    { command: 'serve', mode: 'development' },
    'vite.config.ts',
    ROOT,
  )
  const server = await createServer({
    root: ROOT,
    configFile: false,
    // Training imports its own kernels through a module that this plugin makes; the page's other plugins are not wanted.
    plugins: config.plugins.flat().filter((plugin) => plugin?.name === 'training-kernels'),
    logLevel: 'error',
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  })
  const { openProduct } = await server.ssrLoadModule('/bench/segmenter/product.ts')
  const { openStudentTools, openMobileNet, trainWithProduct } = await server.ssrLoadModule(
    '/bench/students/product.ts',
  )
  if (students.includes('mobilenet') && mobileNet === undefined)
    throw new Error('--mobilenet FILE: the student "mobilenet" needs the feature graph of MobileNetV2')
  const product = await openProduct(models)
  return {
    product,
    tools: await openStudentTools(models),
    mobileNet: students.includes('mobilenet') ? await openMobileNet(path.resolve(mobileNet)) : null,
    trainWithProduct,
    close: async () => {
      product.close()
      await server.close()
    },
  }
}

async function python(script, words) {
  const child = spawn(PYTHON, [path.join(ROOT, 'bench/twin', script), ...words], {
    stdio: 'inherit',
    env: { ...process.env, ...PYTHON_ENVIRONMENT },
  })
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0)
    throw new Error(`${PYTHON} bench/twin/${script} failed (it needs python3-torch and python3-opencv)`)
}
