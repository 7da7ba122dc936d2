import { answersPrompt, currentMaskOf } from '../../domain/live'
import type { AnnotationId } from '../../domain/records'
import type { Workspace } from '../workspace'

/**
 * Undo and redo bring clicks and take them away without anybody asking for a mask. Usually the mask that belongs to the
 * clicks is still there (`currentMaskOf`); where it is not, this asks for it.
 */
export function followClicks(workspace: Workspace, propose: (id: AnnotationId) => void): void {
  /** Which box a click belonged to, also once it is gone. */
  const boxes = new Map<string, AnnotationId>()
  const followProject = (): void => {
    boxes.clear()
    const project = workspace.open.get()
    if (project === null) return
    const { store } = project
    for (const click of store.records.ofType('click')) boxes.set(click.id, click.annotationId)
    store.subscribe(({ added, removed }, origin) => {
      for (const id of added.click ?? []) {
        const click = store.records.get(id)
        if (click?.type === 'click') boxes.set(id, click.annotationId)
      }
      if (origin !== 'undo' && origin !== 'redo') return
      const touched = new Set<AnnotationId>()
      for (const id of [...(added.click ?? []), ...(removed.click ?? [])]) {
        const box = boxes.get(id)
        if (box !== undefined && store.records.get(box) !== undefined) touched.add(box)
      }
      for (const id of touched) {
        const mask = currentMaskOf(store.records, id)
        if (mask === null || !answersPrompt(store.records, mask)) propose(id)
      }
    })
  }
  workspace.open.subscribe(followProject)
  followProject()
}
