/**
 * COCO run lengths -> pixels, written for the benchmark alone so that the app is not measured with its own decoder.
 * Runs go down the columns (index = x * height + y) and alternate from background.
 *
 * @param {{ size: [number, number], counts: string | number[] }} rle `size` is [height, width]
 * @returns {{ width: number, height: number, columns: Uint8Array }} 0 or 1 per pixel, column after column
 */
export function readRle({ size: [height, width], counts }) {
  const runs = typeof counts === 'string' ? runsOfString(counts) : counts
  const columns = new Uint8Array(width * height)
  let at = 0
  for (const [index, run] of runs.entries()) {
    if (index % 2 === 1) columns.fill(1, at, at + run)
    at += run
  }
  if (at !== columns.length) throw new Error(`runs cover ${at} pixels, the image has ${columns.length}`)
  return { width, height, columns }
}

/**
 * The text form: each run in groups of five bits, low first, 0x20 = another group follows, 0x10 of the last = negative,
 * plus 48; from the fourth run on it is the difference to the run two before.
 */
function runsOfString(text) {
  const runs = []
  for (let i = 0; i < text.length; ) {
    let value = 0
    let shift = 0
    let group
    do {
      group = text.charCodeAt(i++) - 48
      value |= (group & 0x1f) << shift
      shift += 5
    } while (group & 0x20)
    if (group & 0x10 && shift < 32) value |= -1 << shift
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value)
  }
  return runs
}
