import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { askPictures } from './askPictures.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Other seeds than the sample project's; 30 pictures each. */
const SEEDS = [
  { seed: 101, split: 'train' },
  { seed: 102, split: 'train' },
  { seed: 103, split: 'test' },
]

/**
 * A folder of drawn pictures in the form of the measuring data: what may be shown in the documentation, because nobody
 * else's pictures are in it. A folder that is there is used as it is.
 *
 * @param {string} folder
 */
export async function generatedSet(folder) {
  if (existsSync(path.join(folder, 'split.json'))) return folder
  const images = []
  const annotations = []
  const split = { train: [], val: [], test: [] }
  const raw = path.join(folder, 'raw')
  mkdirSync(raw, { recursive: true })
  mkdirSync(path.join(folder, 'images'), { recursive: true })
  const pictures = []
  for await (const { seed, part, sample } of drawnPictures()) {
    const id = images.length + 1
    const file_name = `${seed}-${path.basename(sample.fileName)}`
    const { width, height, data } = sample.image
    images.push({ id, file_name, width, height })
    split[part].push(file_name)
    for (const { rle, areaPx, boundsPx } of sample.defects) {
      annotations.push({
        id: annotations.length + 1,
        image_id: id,
        category_id: 1,
        area: areaPx,
        bbox: [boundsPx.x, boundsPx.y, boundsPx.width, boundsPx.height],
        segmentation: { size: [height, width], counts: [...rle.counts] },
        iscrowd: 0,
      })
    }
    const file = path.join(raw, `${id}.rgba`)
    writeFileSync(file, data)
    pictures.push({ raw: file, width, height, file: path.join(folder, 'images', file_name) })
  }
  askPictures({ write: pictures })
  const categories = [{ id: 1, name: 'defect' }]
  writeFileSync(path.join(folder, 'annotations.json'), JSON.stringify({ images, categories, annotations }))
  writeFileSync(path.join(folder, 'split.json'), JSON.stringify(split))
  return folder
}

async function* drawnPictures() {
  process.chdir(ROOT)
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, watch: null },
  })
  try {
    const { generateSample } = await server.ssrLoadModule('/bench/cam/product.ts')
    for (const { seed, split } of SEEDS) {
      for (const sample of generateSample(seed)) yield { seed, part: split, sample }
    }
  } finally {
    await server.close()
  }
}
