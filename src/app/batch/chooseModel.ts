import { AppError } from '../../core/errors'
import type { PickedFile } from '../../ports/files'
import type { BatchContext, BatchInput } from './request'

export interface ChosenModel {
  readonly model: string
  /** The interface that its tensors speak. */
  readonly family: string
}

/**
 * The segmenter of a command: option `model` lists the names of its files (inputs `model0`, `model1`, ...); without
 * it, or with an empty list, the embedded one. A refused model is a wrong call: throws `usage/invalid-parameter`.
 */
export async function chooseModel(
  input: BatchInput,
  { app, workspace, job }: BatchContext,
): Promise<ChosenModel> {
  const { models, segmenter } = workspace.services
  const names = modelNames(input)
  if (names.length === 0) {
    app.models.use('embedded')
    const { title, family } = await segmenter.describe('embedded')
    return { model: title, family }
  }
  const files = names.map(
    (path, index): PickedFile => ({ path, byteLength: 0, bytes: () => input.file(`model${index}`) }),
  )
  try {
    // Not `app.models.addFiles`: that is a job of the screen, which tells a failure in a notice.
    const entry = await models.addFiles(files, job)
    app.models.use(entry.id)
    return { model: entry.title, family: entry.family ?? 'unknown' }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'model/incompatible') throw error
    throw new AppError('usage/invalid-parameter', `--model: ${error.message}`, { cause: error })
  }
}

function modelNames({ options }: BatchInput): readonly string[] {
  const names = options['model']
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}
