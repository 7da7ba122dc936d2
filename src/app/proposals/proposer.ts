import type { JobOptions, Lane } from '../../core/job'
import { currentMaskOf, decisionOf } from '../../domain/live'
import type { AnnotationId, PseudoMask } from '../../domain/records'
import type { Workspace } from '../workspace'
import type { AnswerMemory } from './answers'
import { askGenerator } from './ask'
import { boxOf, promptOf, samePrompt } from './boxPrompt'
import { maskRecord } from './maskRecord'
import { currentRecipe } from './recipe'
import type { DrawingStyles } from './drawingStyles'

/**
 * Makes the mask of one box with the project's generator and commits it, unless the box changed or a person judged its
 * mask meanwhile. Null: nothing was committed.
 */
export async function proposeMask(
  parts: { readonly workspace: Workspace; readonly memory: AnswerMemory; readonly styles: DrawingStyles },
  id: AnnotationId,
  lane: Lane,
  options: JobOptions,
): Promise<PseudoMask | null> {
  const { workspace, memory, styles } = parts
  const box = boxOf(workspace, id)
  const prompt = box === null ? null : promptOf(workspace, box)
  if (box === null || prompt === null) return null
  // What a person accepted stands for the box whatever a model says: there is nothing to propose.
  if (isAccepted(workspace, id)) return null
  const recipe = currentRecipe(workspace)
  const answer = await askGenerator(workspace, memory, { box, prompt, recipe }, lane, options)
  const drawn = styles.apply(box.classId, answer)
  const mask = await maskRecord(workspace, box, answer, {
    candidate: drawn.made,
    boundsPx: drawn.made.boundsPx,
    isFirst: true,
    style: drawn.style,
  })
  options.signal.throwIfAborted()
  const now = boxOf(workspace, id)
  // A mask for yesterday's box or yesterday's clicks is worth nothing, nor is one for a box that is done.
  const promptNow = now === null ? null : promptOf(workspace, now)
  if (now === null || promptNow === null || !samePrompt(prompt, promptNow)) return null
  if (isAccepted(workspace, id)) return null
  const committed = { ...mask, classId: now.classId }
  workspace.transact('Propose mask', 'job', { put: [committed] })
  styles.wake(now.classId)
  return committed
}

function isAccepted(workspace: Workspace, id: AnnotationId): boolean {
  const records = workspace.records()
  const mask = currentMaskOf(records, id)
  return mask !== null && decisionOf(records, mask.id)?.verdict === 'accepted'
}
