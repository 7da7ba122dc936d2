/** The one class that image labels tell of. */
const CLASS_NAME = 'defect'

/**
 * What the pipeline may know: of the images to train on whether they are defective or free, nothing of the others.
 * Their truth is for measuring only.
 *
 * @param {ReturnType<import('../loop/dataset.mjs').openDataset>} dataset
 * @returns {Record<string, string[]>} a label file
 */
export function weakLabels(dataset) {
  const defective = defectiveImages(dataset)
  const train = dataset.images.filter((image) => dataset.splitOf(image) === 'train')
  return Object.fromEntries(
    train.map((image) => [image.file_name, defective.has(image.file_name) ? [CLASS_NAME] : []]),
  )
}

/** File names of the images with an object in the truth. */
export function defectiveImages({ images, truth }) {
  const ids = new Set(truth.map((annotation) => annotation.image_id))
  return new Set(images.filter(({ id }) => ids.has(id)).map((image) => image.file_name))
}
