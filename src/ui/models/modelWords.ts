import type { ModelEntry, ModelWork } from '../../app/app'
import { byteText } from '../start/byteText'

/** What the person reads about a model; all in one place, and testable without a screen. */

export function totalBytes(entry: ModelEntry): number {
  return entry.files.reduce((sum, file) => sum + file.bytes, 0)
}

function bytesHere(entry: ModelEntry): number {
  return entry.files.reduce((sum, file) => sum + file.bytesHere, 0)
}

/** "Ready", "Not on this computer", "12 of 41 MB here", "Damaged". */
export function stateText(entry: ModelEntry): string {
  switch (entry.state) {
    case 'ready':
      return entry.obstacle === null ? 'Ready' : 'Cannot run'
    case 'absent':
      return 'Not on this computer'
    case 'partial':
      return `${byteText(bytesHere(entry))} of ${byteText(totalBytes(entry))} here`
    case 'damaged':
      return 'Damaged'
  }
}

/** The button that fetches it, or null where there is nothing to fetch. */
export function downloadVerb(entry: ModelEntry): string | null {
  if (entry.source !== 'catalogue' || entry.origin === null) return null
  switch (entry.state) {
    case 'ready':
      return null
    case 'absent':
      return `Download ${byteText(totalBytes(entry))}`
    case 'partial':
      return `Resume, ${byteText(totalBytes(entry) - bytesHere(entry))} left`
    case 'damaged':
      return 'Repair'
  }
}

/** What somebody agrees to before the first byte: size, host, pin, licence, and where it stays. */
export function downloadQuestion(entry: ModelEntry, host: string): string {
  const left = byteText(totalBytes(entry) - bytesHere(entry))
  const pin =
    entry.origin === null ? '' : ` (${entry.origin.repository} at ${entry.origin.revision.slice(0, 7)})`
  const { name, url, note } = entry.licence
  const licence = [`Licence: ${name}.`, note, url === null ? null : `Text: ${url}`]
  return [
    `${left} come from ${host}${pin} and stay on this computer for next time. Your pictures go nowhere.`,
    ...licence.filter((part) => part !== null),
  ].join(' ')
}

/** "Apache-2.0 · SAM 2 · onnx-community/EdgeTAM-ONNX@9c77c7b". Size and licence have places of their own. */
export function originText(entry: ModelEntry): string {
  const origin =
    entry.origin === null ? null : `${entry.origin.repository} @ ${entry.origin.revision.slice(0, 7)}`
  return [entry.family, origin].filter((part) => part !== null && part !== 'embedded').join(' · ')
}

export function workTitle(work: ModelWork): string {
  switch (work.kind) {
    case 'downloading':
      return 'Downloading'
    case 'adding':
      return 'Adding'
    case 'verifying':
      return 'Verifying'
    case 'deleting':
      return 'Deleting'
  }
}

/** Host that a download will ask. */
export function hostText(mirror: string | null): string {
  return mirror === null ? 'huggingface.co' : new URL(mirror).host
}

/** Models of one kind before those of the other; otherwise as listed. */
export function kindFirst(models: readonly ModelEntry[], first: ModelEntry['kind']): readonly ModelEntry[] {
  return [...models.filter(({ kind }) => kind === first), ...models.filter(({ kind }) => kind !== first)]
}

/** What deleting a model takes away, before it is done. */
export function deleteQuestion(model: ModelEntry, isInUse: boolean): string {
  const size = byteText(totalBytes(model))
  if (model.kind === 'backbone') {
    return isInUse
      ? `${size} go from this computer. This project trains on it: until it is here again, or another is chosen, no run starts and its students draft nothing. Masks that are there stay.`
      : `${size} go from this computer. Students that were trained on it draft nothing until it is here again. Masks that are there stay.`
  }
  return isInUse
    ? `${size} go from this computer. This project uses the model: until it is here again, or another is chosen, boxes get no new masks. Masks that are there stay.`
    : `${size} go from this computer. Masks that it made stay.`
}
