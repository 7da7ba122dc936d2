import { AppError } from '../../core/errors'
import type { PickedFile } from '../../ports/files'
import type { BatchContext, BatchInput } from './request'

/** A batch command starts with an empty library, so a backbone other than the embedded one comes as a file. */
const EMBEDDED = 'embedded'

/**
 * The backbone of a command: option `backboneFiles` lists the names of its files (inputs `backbone0`, ...), which join the
 * library for as long as the command runs; null when there are none. Throws `usage/invalid-parameter` for a refused file.
 */
export async function addBackbone(
  input: BatchInput,
  { workspace, job }: BatchContext,
): Promise<string | null> {
  const names = input.options['backboneFiles']
  if (!Array.isArray(names) || names.length === 0) return null
  const files = names
    .filter((name) => typeof name === 'string')
    .map((path, index): PickedFile => ({ path, byteLength: 0, bytes: () => input.file(`backbone${index}`) }))
  try {
    // Not `app.models.addFiles`: that is a job of the screen, which tells a failure in a notice.
    const entry = await workspace.services.models.addFiles(files, job)
    if (entry.kind === 'backbone') return entry.id
    throw new AppError(
      'model/incompatible',
      `${files[0]!.path} is a promptable segmenter (${entry.family ?? 'of unknown kind'}), no backbone`,
    )
  } catch (error) {
    const isRefusal =
      error instanceof AppError && (error.code === 'model/incompatible' || error.code === 'model/bad-output')
    if (!isRefusal) throw error
    throw new AppError('usage/invalid-parameter', `--backbone: ${error.message}`, { cause: error })
  }
}

/** Id of the backbone that a run is to use: that of the given file, or the embedded one. */
export async function chooseBackbone(input: BatchInput, context: BatchContext): Promise<string> {
  return (await addBackbone(input, context)) ?? EMBEDDED
}
