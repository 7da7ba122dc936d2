import { useCallback } from 'react'
import type { ClassDef } from '../../domain/records'
import { useApp, useScreen } from '../AppProvider'

/** Deletes a class after saying what goes with it; an unused class goes at once. Undo brings all back. */
export function useDeleteClass(): (one: ClassDef) => Promise<void> {
  const app = useApp()
  const screen = useScreen()
  return useCallback(
    async (one) => {
      const { boxes, masks, labels } = app.classes.counts(one.id)
      const isUsed = boxes + masks + labels > 0
      const isSure =
        !isUsed ||
        (await screen.confirm({
          title: `Delete the class “${one.name}”?`,
          message: `${many(boxes, 'box', 'boxes')}, ${many(masks, 'mask', 'masks')} and ${many(labels, 'image label', 'image labels')} of this class go with it. Undo brings them back.`,
          verb: 'Delete class',
        }))
      if (isSure) app.classes.remove(one.id)
    },
    [app, screen],
  )
}

function many(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`
}
