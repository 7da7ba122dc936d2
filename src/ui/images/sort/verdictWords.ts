import type { SortedAs } from '../../../domain/imageVerdict'
import type { ClassDef } from '../../../domain/records'

/** How an image is sorted, in words: "Clean", "Scratch, Pit", "Skipped"; empty for an unsorted one. */
export function verdictWords(sorted: SortedAs, classes: readonly ClassDef[]): string {
  if (sorted.kind === 'clean') return 'Clean'
  if (sorted.kind === 'skipped') return 'Skipped'
  if (sorted.kind !== 'defective') return ''
  const names = classes.filter((one) => sorted.classIds.includes(one.id)).map((one) => one.name)
  return names.length === 0 ? 'Defective' : names.join(', ')
}

/** "1.2 s per image · 3 min left", from the pace so far. */
export function paceWords(secondsPerImage: number | null, left: number): string {
  if (secondsPerImage === null) return 'pace after 3 images'
  const pace = `${secondsPerImage.toFixed(1)} s per image`
  if (left === 0) return pace
  const minutes = (secondsPerImage * left) / 60
  return `${pace} · ${minutes < 1 ? 'under 1' : Math.round(minutes).toLocaleString()} min left`
}
