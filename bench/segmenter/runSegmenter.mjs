import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { openDataset } from '../loop/dataset.mjs'
import { seededRandom } from '../loop/seededRandom.mjs'
import { measureBoxes } from './measureBoxes.mjs'
import { readPictures } from './readPictures.mjs'
import { segmenterReport } from './segmenterReport.mjs'
import { groupBy } from './statistics.mjs'
import { styleGain } from './styleGain.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SEED = 0
const ACCEPTED_MASKS = 5
const DRAWS = 30

/**
 * Box -> mask with the product's own code and weights on sets with truth. The cut of the predicted quality is chosen on
 * `val`; everything is reported on `test`.
 *
 * @param {string} folder one data set, or a folder of them
 * @param {{ boxKind: 'tight' | 'human' | 'jittered', split: 'test' | 'val', boxesPerSplit: number, models: string, signal: AbortSignal,
 *   say: (text: string) => void, onProgress: (progress: { title: string, done: number, total: number, note: string }) => void }} options
 */
export async function runSegmenter(
  folder,
  { boxKind, split, boxesPerSplit, models, signal, say, onProgress },
) {
  const began = performance.now()
  const { product, close } = await loadProduct(models)
  try {
    const sets = []
    for (const setFolder of setsIn(folder, boxKind))
      sets.push(
        await measureSet(setFolder, product, { boxKind, split, boxesPerSplit, signal, say, onProgress }),
      )
    const minutes = (performance.now() - began) / 60_000
    const facts = {
      boxKind,
      split,
      boxesPerSplit,
      seed: SEED,
      accepted: ACCEPTED_MASKS,
      draws: DRAWS,
      minutes,
      models,
    }
    return segmenterReport(sets, { ...facts, description: product.description })
  } finally {
    await close()
  }
}

/** The TypeScript of the product, compiled by Vite for node; nothing is bundled, nothing is replaced. */
async function loadProduct(models) {
  process.chdir(ROOT)
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, watch: null },
  })
  const { openProduct } = await server.ssrLoadModule('/bench/segmenter/product.ts')
  const product = await openProduct(models)
  return {
    product,
    close: async () => {
      product.close()
      await server.close()
    },
  }
}

function setsIn(folder, boxKind) {
  const isSet = (candidate) => existsSync(path.join(candidate, 'annotations.json'))
  if (isSet(folder)) return [folder]
  const sets = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((candidate) => isSet(candidate))
    .filter((candidate) => boxKind !== 'human' || existsSync(path.join(candidate, 'boxes_human.json')))
  if (sets.length === 0) throw new Error(`${folder} holds no data set with ${boxKind} boxes`)
  return sets
}

async function measureSet(folder, product, { boxKind, split, boxesPerSplit, signal, say, onProgress }) {
  const dataset = openDataset(folder, boxKind, { limit: 0, jitterSeed: SEED })
  const measured = {}
  let openCv = ''
  for (const which of new Set(['val', split])) {
    const hasBaselines = which === split
    const boxes = someBoxes(dataset, which, boxesPerSplit)
    const images = dataset.images.filter((image) => boxes.some((box) => box.image_id === image.id))
    const work = path.join(ROOT, 'tmp/bench', `segmenter-${dataset.name}`)
    rmSync(work, { recursive: true, force: true })
    mkdirSync(work, { recursive: true })
    onProgress({ title: `${dataset.name} ${which}, OpenCV`, done: 0, total: boxes.length, note: '' })
    const pictures = readPictures(dataset.imageFolder, images, boxes, work)
    openCv = pictures.openCv
    let done = 0
    const onBox = () =>
      onProgress({ title: `${dataset.name} ${which}`, done: done++, total: boxes.length, note: '' })
    measured[which] = await measureBoxes(dataset, boxes, pictures, product, { hasBaselines, signal, onBox })
    rmSync(work, { recursive: true, force: true })
  }
  let draw = 0
  const style = styleGain(measured[split], product, {
    accepted: ACCEPTED_MASKS,
    draws: DRAWS,
    seed: SEED,
    isHuman: boxKind === 'human',
    onDraw: () =>
      onProgress({ title: `${dataset.name} drawing style`, done: draw++, total: DRAWS, note: '' }),
  })
  // The masks themselves are large; the numbers are all that the report needs.
  const bare = (entries) => entries.map(({ made: _made, truth: _truth, ...numbers }) => numbers)
  say(`${dataset.name}: ${measured[split].length} boxes`)
  return { name: dataset.name, val: bare(measured.val), measured: bare(measured[split]), style, openCv }
}

/** At most so many boxes of a split, class by class in turn, drawn by chance with a seed. */
function someBoxes(dataset, split, count) {
  const inSplit = new Set(
    dataset.images.filter((image) => dataset.splitOf(image) === split).map((image) => image.id),
  )
  const random = seededRandom(SEED)
  const drawn = dataset.boxes
    .filter((box) => inSplit.has(box.image_id))
    .map((box) => ({ box, order: random() }))
    .toSorted((a, b) => a.order - b.order)
  const groups = [...groupBy(drawn, ({ box }) => box.category_id).values()]
  const taken = []
  for (let round = 0; taken.length < Math.min(count, drawn.length); round++) {
    for (const group of groups) if (round < group.length && taken.length < count) taken.push(group[round].box)
  }
  // Picture by picture, so that each is read once.
  return taken.toSorted((a, b) => a.image_id - b.image_id || a.id - b.id)
}
