import { AppError } from '../../core/errors'
import type { EmbeddedModel } from './embeddedManifest'
import type { EmbeddedSessions, InferenceSession } from './session'

/**
 * Refuses a network whose tensors are not exactly the promised ones. A runtime may ignore a feed it does not know,
 * so a wrong file would answer, only not to what it was asked.
 */
export function checkTensors(
  session: InferenceSession,
  file: string,
  inputs: readonly string[],
  outputs: readonly string[],
): void {
  const problem =
    difference('inputs', session.inputNames, inputs) ?? difference('outputs', session.outputNames, outputs)
  if (problem !== null) throw new AppError('model/incompatible', `${file}: ${problem}`)
}

export function checkEmbedded(sessions: EmbeddedSessions, model: EmbeddedModel): void {
  const { image, prompt, features, logits, quality } = model.tensors
  const names = features.map(({ name }) => name)
  checkTensors(sessions.encoder, model.files.encoder.file, [image, prompt], names)
  checkTensors(sessions.decoder, model.files.decoder.file, [image, prompt, ...names], [logits, quality])
}

function difference(what: string, found: readonly string[], expected: readonly string[]): string | null {
  const same = found.length === expected.length && expected.every((name) => found.includes(name))
  return same ? null : `its ${what} are ${found.join(', ')}; expected ${expected.join(', ')}`
}
