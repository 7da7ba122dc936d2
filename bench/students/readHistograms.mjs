import { readFileSync } from 'node:fs'
import path from 'node:path'

const BINS = 1024

/**
 * The histograms that a run left (`<id>-<score>.u32`): for each image of val, then test, 1024 bins of the truly defective pixels,
 * then 1024 of the others.
 *
 * @param {string} file
 * @param {{ images: readonly { file: string, split: string, group: string }[] }} index of the prepared set
 */
export function readHistograms(file, index) {
  const bytes = readFileSync(file)
  const values = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  const of = (split) => index.images.filter((image) => image.split === split)
  const images = [...of('val'), ...of('test')].map(({ file: fileName, split, group }, i) => ({
    fileName,
    split,
    group,
    histogramPositive: values.subarray(2 * i * BINS, (2 * i + 1) * BINS),
    histogramNegative: values.subarray((2 * i + 1) * BINS, (2 * i + 2) * BINS),
  }))
  if (values.length !== 2 * BINS * images.length)
    throw new Error(
      `${path.basename(file)} holds ${values.length / 2 / BINS} images, the set has ${images.length}`,
    )
  return {
    val: images.filter((image) => image.split === 'val'),
    test: images.filter((image) => image.split === 'test'),
  }
}
