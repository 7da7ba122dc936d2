import path from 'node:path'
import { askPictures } from './askPictures.mjs'
import { pickPictures } from './pickPictures.mjs'
import { countsAt, GATE } from './rowScores.mjs'

/** The rule whose masks are shown: what the product does by default. */
const RULE = 'map/mixed'

/**
 * Contact sheets of the best and worst test images of a run that kept its maps and masks: `successes.png` and
 * `failures.png`, each strip with the whole picture, its map, the mask and the outline of the truth. An image below the gate
 * has an empty mask.
 *
 * @param {ReturnType<import('../loop/dataset.mjs').openDataset>} dataset
 * @param {any} summary of `camScore` with `shown`
 * @param {{ successes: string, failures: string }} files PNG to write
 */
export function writeSheets(dataset, summary, files) {
  const imageOf = new Map(dataset.images.map((image) => [image.file_name, image]))
  const images = summary.images
    .filter(({ split, shown }) => split === 'test' && shown !== undefined)
    .map((image) => ({ ...image, ...countsAt({ ...image, seen: image.stages[RULE] }, null, true) }))
  const picked = pickPictures(images)
  const sheets = Object.entries(picked).map(([kind, chosen]) => ({
    file: files[kind],
    strips: chosen.map(({ fileName, score, iou, shown }) => {
      const { id } = imageOf.get(fileName)
      const { size, counts } = shown.mask
      return {
        file: path.join(dataset.imageFolder, fileName),
        caption: `IoU ${iou.toFixed(2)}  score ${score.toFixed(2)}  ${path.parse(fileName).name}`,
        map: shown.map,
        mask: score < GATE ? { size, counts: [size[0] * size[1]] } : { size, counts },
        truth: dataset.truth
          .filter(({ image_id }) => image_id === id)
          .map(({ segmentation }) => segmentation),
      }
    }),
  }))
  askPictures({ sheets: sheets.filter(({ strips }) => strips.length > 0) })
}
