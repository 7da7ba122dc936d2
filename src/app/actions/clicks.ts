import type { Point } from '../../core/geometry'
import { isClickFor } from '../../domain/clickRules'
import { currentMaskOf, decisionOf } from '../../domain/live'
import { idOf, type AnnotationId, type ClickPrompt } from '../../domain/records'
import type { AnnotateActions, ProposeActions } from '../app'
import type { Workspace } from '../workspace'

/** Clicks that refine a box's mask: each a user step, each followed by a new proposal. */
export function createClickActions(
  workspace: Workspace,
  propose: ProposeActions,
): Pick<AnnotateActions, 'addClick' | 'removeClick'> {
  /** Why this click is refused, or null. A model that is not there is told by its own error. */
  const refusal = async (id: AnnotationId, pointPx: Point, isPositive: boolean): Promise<string | null> => {
    const records = workspace.records()
    const box = records.get(id)
    if (box?.type !== 'annotation') return 'The box is gone.'
    if (!isClickFor(box.boxPx, pointPx, workspace.image(box.imageId)))
      return 'It is too far from the box. Click in the box or close to it, or draw a new box.'
    const mask = currentMaskOf(records, id)
    if (mask !== null && decisionOf(records, mask.id)?.verdict === 'accepted')
      return 'The mask is accepted, and no model changes it. Undo that, or paint with the brush.'
    try {
      return await propose.clickObstacle(isPositive)
    } catch (error) {
      workspace.notices.failure('The model is not there', error)
      return 'The box and its mask stay as they are.'
    }
  }

  return {
    addClick: async (id, pointPx, isPositive) => {
      const why = await refusal(id, pointPx, isPositive)
      if (why !== null) {
        workspace.notices.say('info', 'No click made', why)
        return null
      }
      // The box may have gone while the model was looked up.
      if (workspace.records().get(id) === undefined) return null
      const click: ClickPrompt = {
        id: idOf('click', workspace.services.newId()),
        type: 'click',
        annotationId: id,
        pointPx: { x: hundredths(pointPx.x), y: hundredths(pointPx.y) },
        isPositive,
        createdAt: workspace.services.clock.now(),
      }
      workspace.transact(isPositive ? 'Add by a click' : 'Remove by a click', 'user', { put: [click] })
      void propose.box(id)
      return click.id
    },
    removeClick: (id) => {
      const click = workspace.records().get(id)
      if (click?.type !== 'click') return
      workspace.transact('Take back click', 'user', { remove: [id] })
      if (!propose.isUpToDate(click.annotationId)) void propose.box(click.annotationId)
    },
  }
}

/** Finer than any hand, and short in the document. */
function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
