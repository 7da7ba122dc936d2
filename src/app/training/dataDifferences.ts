import type { ImageId } from '../../domain/records'
import type { ImageTarget, TrainingSet } from '../../domain/trainingSet'

/** One count of what the runs learned from: how many each had, and what came and went from A to B. */
export interface DataRow {
  readonly id: string
  readonly label: string
  readonly a: number
  readonly b: number
  readonly added: number
  readonly removed: number
}

export interface DataDifferences {
  readonly rows: readonly DataRow[]
  readonly addedImages: readonly ImageId[]
  readonly removedImages: readonly ImageId[]
}

/**
 * Compares the training sets of two snapshots. A mask is its image, class and pixels: one that was repainted or given
 * another class has gone, and a new one has come.
 */
export function dataDifferences(a: TrainingSet, b: TrainingSet): DataDifferences {
  const images = row('images', 'Training images', a.train.map(imageKey), b.train.map(imageKey))
  const imagesA = new Set(a.train.map(({ imageId }) => imageId))
  const imagesB = new Set(b.train.map(({ imageId }) => imageId))
  return {
    rows: [
      images,
      row('masks', 'Masks', a.train.flatMap(maskKeys), b.train.flatMap(maskKeys)),
      row(
        'clean',
        'Confirmed clean',
        a.train.filter(isClean).map(imageKey),
        b.train.filter(isClean).map(imageKey),
      ),
      row('ignored', 'Left open ("don\'t know")', a.train.flatMap(ignoreKeys), b.train.flatMap(ignoreKeys)),
      row('validation', 'Reviewed validation images', a.validation.map(imageKey), b.validation.map(imageKey)),
    ],
    addedImages: [...imagesB].filter((id) => !imagesA.has(id)),
    removedImages: [...imagesA].filter((id) => !imagesB.has(id)),
  }
}

function row(id: string, label: string, a: readonly string[], b: readonly string[]): DataRow {
  const inA = new Set(a)
  const inB = new Set(b)
  return {
    id,
    label,
    a: inA.size,
    b: inB.size,
    added: [...inB].filter((key) => !inA.has(key)).length,
    removed: [...inA].filter((key) => !inB.has(key)).length,
  }
}

const imageKey = ({ imageId }: ImageTarget): string => imageId
const isClean = (target: ImageTarget): boolean => target.isConfirmedClean
const maskKeys = ({ imageId, masks }: ImageTarget): string[] =>
  masks.map((mask) => `${imageId} ${mask.classId} ${mask.pixels}`)
const ignoreKeys = ({ imageId, ignoreBoxesPx, ignoreMasks }: ImageTarget): string[] => [
  ...ignoreBoxesPx.map(({ x, y, width, height }) => `${imageId} ${x} ${y} ${width} ${height}`),
  ...ignoreMasks.map((pixels) => `${imageId} ${pixels}`),
]
