import { imageAp } from './imageAp.mjs'
import { rowScores } from './rowScores.mjs'
import { ROWS } from './stages.mjs'
import { defectiveImages } from './weakLabels.mjs'

/**
 * The measured runs -> rows of the table, each with its scores of every seed. Rows that nothing was measured for are left
 * out.
 *
 * @param {ReturnType<import('../loop/dataset.mjs').openDataset>} dataset
 * @param {Record<string, { seed: number, summary: any }[]>} results by run
 */
export function tableRows(dataset, results) {
  const groups = new Map(
    dataset.images.map((image) => [image.file_name, image.tile_group ?? image.file_name]),
  )
  const defective = defectiveImages(dataset)
  return ROWS.flatMap((row) => {
    const seeds = (results[row.run] ?? []).map(({ seed, summary }) => {
      const images = judgedImages(row, summary)
      const scored = images
        .filter(({ split }) => split === 'test')
        .map(({ fileName, score }) => ({ score, isDefective: defective.has(fileName) }))
      // A student is asked about every image as it is: no classifier stands before it.
      const options = { isGated: row.kind !== 'student', groupOf: (name) => groups.get(name) }
      return {
        seed,
        ap: imageAp(scored),
        secondsPerImage: mean(images.map(({ seconds }) => seconds)),
        ...rowScores(images, options),
      }
    })
    return seeds.length === 0 ? [] : [{ ...row, seeds }]
  })
}

/** What the row's stage saw in each image, with the seconds that it took from the picture on. */
function judgedImages(row, summary) {
  if (row.kind === 'student')
    return summary.students[row.stage - 1].images.map((image) => ({ ...image, seen: image }))
  return summary.images.map(({ fileName, split, score, lookSeconds, stages }) => {
    const seen = stages[row.stage]
    const map = row.kind === 'mask' ? stages[row.stage.split('/')[0]] : null
    const seconds = lookSeconds + (map?.seconds ?? 0) + seen.seconds
    return { fileName, split, score, seen, seconds }
  })
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
