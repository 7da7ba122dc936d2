import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { readRle } from '../loop/readRle.mjs'
import { readPictures } from '../segmenter/readPictures.mjs'
import { groupBy } from '../segmenter/statistics.mjs'
import { degradeMasks, runsOfColumns, withoutSome } from './degradeMasks.mjs'

const NOISE_SEED = 0
const VARIANTS = {
  none: [[]],
  horizontal: [[], ['horizontal']],
  both: [[], ['horizontal'], ['vertical'], ['horizontal', 'vertical']],
}

/**
 * Everything that training needs of one data set, as flat files that node and Python read alike. Masks of the train images
 * lie in `masks-<arm>.json`; what depends on the canvas in a folder of its own: pixels, class maps, frozen features. What is
 * there already is kept.
 *
 * @param {(kind: string) => ReturnType<import('../loop/dataset.mjs').openDataset>} open
 * @param {{ work: string, arms: readonly string[], canvas: { width: number, height: number } | null, flips: 'none' | 'horizontal' | 'both',
 *   backbones: readonly string[], product: any, tools: any, mobileNet: any, say: (text: string) => void }} options
 */
export async function prepareSet(
  open,
  { work, arms, canvas, flips, backbones, product, tools, mobileNet, say },
) {
  const dataset = open('tight')
  mkdirSync(work, { recursive: true })
  const raw = path.join(work, `raw-${process.pid}`)
  mkdirSync(raw, { recursive: true })
  const pictures = readPictures(dataset.imageFolder, dataset.images, [], raw)
  const classOf = new Map(dataset.categories.map((category, index) => [category.id, index + 1]))
  const truthOf = groupBy(dataset.truth, (annotation) => annotation.image_id)
  const trueObjects = (image) =>
    (truthOf.get(image.id) ?? []).map((annotation) => trueObject(annotation, classOf))

  const masks = {}
  for (const arm of arms) {
    masks[arm] = await kept(path.join(work, `masks-${arm}.json`), async () => {
      const began = performance.now()
      const made = await masksOfArm(arm, { open, pictures, product, tools, classOf })
      say(`${dataset.name}: masks ${arm} ${((performance.now() - began) / 1000).toFixed(0)} s`)
      return made
    })
  }

  const size = canvas ?? automaticCanvas(dataset, masks[arms[0]], tools)
  const folder = path.join(work, `${size.width}x${size.height}`)
  mkdirSync(folder, { recursive: true })
  const isTrain = (image) => dataset.splitOf(image) === 'train'
  const rows = dataset.images.flatMap((image, index) =>
    (isTrain(image) ? VARIANTS[flips] : [[]]).map((axes) => ({ image: index, axes })),
  )
  const frames = dataset.images.map((image) => tools.place(pictures.picture(image), size))

  writeBytes(
    path.join(folder, 'pixels.u8'),
    frames.map(({ pixels }) => rgbOf(pixels)),
  )
  if (!existsSync(path.join(work, 'truth.u8')))
    writeBytes(
      path.join(work, 'truth.u8'),
      dataset.images.map((image) => tools.classMap(image, trueObjects(image), null).data),
    )
  writeBytes(
    path.join(folder, 'labels-truth.u8'),
    dataset.images.map((image, i) => tools.classMap(image, trueObjects(image), frames[i].frame).data),
  )
  for (const arm of arms) {
    const maps = dataset.images.map(
      (image, i) =>
        tools.classMap(
          image,
          isTrain(image) ? (masks[arm][image.id] ?? []) : trueObjects(image),
          frames[i].frame,
        ).data,
    )
    writeBytes(path.join(folder, `labels-${arm}.u8`), maps)
  }
  const levels = {}
  for (const backbone of backbones) {
    levels[backbone] = await kept(path.join(folder, `levels-${backbone}-${flips}.json`), async () => {
      const began = performance.now()
      const extract = backbone === 'mobilenet' ? mobileNet : tools.embedded
      const files = new Map()
      for (const { image, axes } of rows) {
        const pack = await extract(tools.mirror(frames[image].pixels, axes))
        for (const { stride, channels, data } of pack.levels) {
          const name = `features-${backbone}-${flips}-${stride}.f16`
          if (!files.has(stride))
            files.set(stride, { stride, channels, name, file: openSync(path.join(folder, name), 'w') })
          writeSync(files.get(stride).file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
        }
      }
      for (const { file } of files.values()) closeSync(file)
      say(
        `${dataset.name} ${size.width}x${size.height}: ${backbone} ${rows.length} pictures ${((performance.now() - began) / 1000).toFixed(0)} s`,
      )
      return [...files.values()].map(({ stride, channels, name }) => ({ stride, channels, name }))
    })
  }
  const index = {
    set: dataset.name,
    classCount: dataset.categories.length,
    classes: dataset.categories.map(({ name }) => name),
    canvas: size,
    flips,
    levels,
    arms,
    rows: rows.map(({ image, axes }) => ({
      image,
      horizontal: axes.includes('horizontal'),
      vertical: axes.includes('vertical'),
    })),
    images: dataset.images.map((image, i) => ({
      file: image.file_name,
      split: dataset.splitOf(image),
      group: image.tile_group ?? image.file_name,
      isClean: !truthOf.has(image.id),
      width: image.width,
      height: image.height,
      content: frames[i].frame.content,
    })),
  }
  writeFileSync(path.join(folder, `index-${flips}.json`), JSON.stringify(index))
  rmSync(raw, { recursive: true, force: true })
  return { folder, index }
}

/** Masks of the train images by image id: `segmenter`, `otsu`, `box-fill` (with `-human` for people's boxes), `degr`, `miss`, `full`. */
async function masksOfArm(arm, { open, pictures, product, tools, classOf }) {
  const kind = arm.endsWith('-human') ? 'human' : 'tight'
  const dataset = open(kind)
  const train = new Map(
    dataset.images.filter((image) => dataset.splitOf(image) === 'train').map((image) => [image.id, image]),
  )
  const ofTrain = (annotations) => annotations.filter((annotation) => train.has(annotation.image_id))
  const byImage = (entries) =>
    Object.fromEntries(
      [...groupBy(entries, ({ imageId }) => imageId)].map(([id, list]) => [
        id,
        list.map(({ object }) => object),
      ]),
    )
  const truth = ofTrain(dataset.truth)
  if (arm === 'full' || arm === 'miss') {
    const left = withoutSome(
      truth.map(({ id }) => id),
      NOISE_SEED,
    )
    return byImage(
      truth
        .filter(({ id }) => arm === 'full' || left.has(id))
        .map((annotation) => ({ imageId: annotation.image_id, object: trueObject(annotation, classOf) })),
    )
  }
  if (arm === 'degr') {
    const decoded = truth.map(({ id, segmentation }) => ({ id, ...readRle(segmentation) }))
    const worse = degradeMasks(decoded, NOISE_SEED)
    return byImage(
      truth
        .filter(({ id }) => worse.has(id))
        .map((annotation) => ({
          imageId: annotation.image_id,
          object: { ...trueObject(annotation, classOf), counts: runsOfColumns(worse.get(annotation.id)) },
        })),
    )
  }
  const generator = arm.replace(/-human$/, '')
  const entries = []
  let lastId = null
  let picture = null
  for (const box of ofTrain(dataset.boxes).toSorted((a, b) => a.image_id - b.image_id)) {
    const image = train.get(box.image_id)
    if (lastId !== image.id) picture = pictures.picture(image)
    lastId = image.id
    const [x, y, width, height] = box.bbox
    const boxPx = { x, y, width, height }
    const made = await product.propose(generator, { image: picture, boxPx, clicks: [], former: null })
    const counts = made.isUnresolved ? null : tools.runsOf(made.mask, made.boundsPx, image)
    entries.push({ imageId: image.id, object: { classIndex: classOf.get(box.category_id), counts, boxPx } })
  }
  return byImage(entries)
}

/** The product's choice for a project that holds the train images with these masks. */
function automaticCanvas(dataset, masks, tools) {
  const train = dataset.images.filter((image) => dataset.splitOf(image) === 'train')
  const thicknesses = train.flatMap((image) =>
    (masks[image.id] ?? []).flatMap(({ counts }) =>
      counts === null ? [] : [thickness(readRle({ size: [image.height, image.width], counts }))],
    ),
  )
  return tools.chooseCanvas(train, thicknesses, 0, tools.multipleOf)
}

function thickness({ width, height, columns }) {
  let area = 0
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (const [p, value] of columns.entries()) {
    if (value === 0) continue
    area++
    const x = Math.floor(p / height)
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, p % height)
    bottom = Math.max(bottom, p % height)
  }
  return area === 0 ? 1 : area / Math.max(right - left + 1, bottom - top + 1)
}

function trueObject({ category_id, bbox: [x, y, width, height], segmentation }, classOf) {
  return { classIndex: classOf.get(category_id), counts: segmentation.counts, boxPx: { x, y, width, height } }
}

function rgbOf({ data }) {
  const rgb = new Uint8Array((data.length / 4) * 3)
  for (let p = 0, at = 0; p < data.length; p += 4) {
    rgb[at++] = data[p]
    rgb[at++] = data[p + 1]
    rgb[at++] = data[p + 2]
  }
  return rgb
}

/** The JSON of a file; made and written when it is not there. */
async function kept(file, make) {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const made = await make()
  writeFileSync(`${file}.part`, JSON.stringify(made))
  renameSync(`${file}.part`, file)
  return made
}

function writeBytes(file, parts) {
  writeFileSync(file, Buffer.concat(parts))
}
