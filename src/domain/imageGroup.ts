import type { ImageRecord } from './records'

/** Pieces of a file name end at one of these. */
const SEPARATOR = /[\s_\-.()[\]]+/
/**
 * What names a view or a piece of something: one or two digits, one letter, or a word for a piece with a number.
 * Longer numbers are running numbers: they name things of their own.
 */
const PIECE = /^(?:\d{1,2}|[a-z]|(?:part|piece|crop|tile|view|cam|camera|side|pos|copy|frame|shot)\d*)$/i

/**
 * Which images belong together and must not count as independent of one another: those in one folder whose names differ
 * only in trailing pieces, after a head that has a number itself. `kos01_Part2` and `kos01_Part5` are two views of
 * `kos01`; `plate7_3_4` is a tile of `plate7`; `scratch_001` and `scratch_01` are things of their own.
 *
 * A name cannot tell everything: the same part under unrelated names counts as two, and a number that happens to look
 * like a piece joins what is apart. The screen shows how many groups were counted.
 */
export function imageGroup({ fileName }: Pick<ImageRecord, 'fileName'>): string {
  const slash = fileName.lastIndexOf('/') + 1
  const dot = fileName.lastIndexOf('.')
  const stem = dot > slash ? fileName.slice(slash, dot) : fileName.slice(slash)
  const fields = stem.split(SEPARATOR).filter((field) => field !== '')
  let kept = fields.length
  while (kept > 1 && PIECE.test(fields[kept - 1]!) && fields.slice(0, kept - 1).some(hasDigit)) kept--
  return `${fileName.slice(0, slash)}${fields.slice(0, kept).join('_').toLowerCase()}`
}

function hasDigit(text: string): boolean {
  return /\d/.test(text)
}
