import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { jitterBoxes } from './jitterBoxes.mjs'

export const SPLITS = ['train', 'val', 'test']

/**
 * A folder of the measuring data: images, annotations.json with true masks, split.json, perhaps boxes_human.json.
 *
 * @param {string} folder
 * @param {'tight' | 'human' | 'jittered'} boxKind
 * @param {{ limit: number, jitterSeed: number }} options `limit`: at most so many images a split (0 = all)
 */
export function openDataset(folder, boxKind, { limit, jitterSeed }) {
  const truth = readJson(path.join(folder, 'annotations.json'))
  const split = limitSplit(readJson(path.join(folder, 'split.json')), truth, limit)
  const splitOf = new Map(SPLITS.flatMap((name) => split[name].map((file) => [file, name])))
  const images = truth.images.filter((image) => splitOf.has(image.file_name))
  const kept = new Set(images.map((image) => image.id))
  return {
    name: path.basename(path.resolve(folder)),
    imageFolder: path.join(folder, 'images'),
    categories: truth.categories,
    images,
    splitOf: (image) => splitOf.get(image.file_name),
    truth: truth.annotations.filter((annotation) => kept.has(annotation.image_id)),
    boxes: readBoxes(folder, boxKind, truth, jitterSeed).filter((box) => kept.has(box.image_id)),
    boxKind,
  }
}

/** Boxes as prompts: ids, image, category, bbox, nothing that a generator could peek at. */
function readBoxes(folder, boxKind, truth, jitterSeed) {
  const bare = ({ id, image_id, category_id, bbox }) => ({
    id,
    image_id,
    category_id,
    bbox,
    area: bbox[2] * bbox[3],
    iscrowd: 0,
    segmentation: [],
  })
  if (boxKind === 'tight') return truth.annotations.map(bare)
  if (boxKind === 'jittered') return jitterBoxes(truth.annotations.map(bare), truth.images, jitterSeed)
  const file = path.join(folder, 'boxes_human.json')
  if (!existsSync(file)) throw new Error(`${folder} has no boxes_human.json: use --boxes tight`)
  const human = readJson(file)
  const nameOf = new Map(human.images.map((image) => [image.id, image.file_name]))
  const idOf = new Map(truth.images.map((image) => [image.file_name, image.id]))
  return human.annotations.map((box) => ({ ...bare(box), image_id: idOf.get(nameOf.get(box.image_id)) }))
}

/** The first images of each split, class by class in turn, so that a short run still sees every class and good ones. */
function limitSplit(split, truth, limit) {
  if (limit === 0) return split
  const classOf = new Map(truth.images.map((image) => [image.file_name, image.classes?.[0] ?? 'good']))
  return Object.fromEntries(
    SPLITS.map((name) => [name, takeInTurn(split[name], (file) => classOf.get(file), limit)]),
  )
}

function takeInTurn(items, groupOf, count) {
  const groups = new Map()
  for (const item of items) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item])
  const taken = []
  for (let round = 0; taken.length < Math.min(count, items.length); round++)
    for (const group of groups.values())
      if (round < group.length && taken.length < count) taken.push(group[round])
  return taken
}

/** A COCO file of some images of the data set, with the given annotations of these images. */
export function cocoOf(dataset, images, annotations) {
  const kept = new Set(images.map((image) => image.id))
  return {
    images: images.map(({ id, file_name, width, height }) => ({ id, file_name, width, height })),
    categories: dataset.categories,
    annotations: annotations.filter((annotation) => kept.has(annotation.image_id)),
  }
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
