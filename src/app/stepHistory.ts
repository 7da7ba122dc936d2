import * as Y from 'yjs'

/** Undo and redo of the user's steps in one Yjs map, with their labels. */
export interface StepHistory {
  /** The Yjs transactions that undo and redo make carry this as their origin. */
  readonly origin: unknown
  /** Runs `write`, which must make one transaction of origin `user`, as a step or as part of the latest one. */
  record(label: string, coalesce: string | null, write: () => void): void
  readonly undo: () => string | null
  readonly redo: () => string | null
  readonly undoLabel: () => string | null
  readonly redoLabel: () => string | null
  /** Which of the two is running now, to tell a transaction of `origin` apart. */
  running(): 'undo' | 'redo' | null
}

/** Steps are merged by an explicit key only, never by elapsed time. Other origins leave both stacks alone. */
export function createStepHistory(map: Y.Map<unknown>): StepHistory {
  const manager = new Y.UndoManager(map, { trackedOrigins: new Set(['user']), captureTimeout: 0 })
  let step: { label: string; coalesce: string | null } | null = null
  let running: 'undo' | 'redo' | null = null

  manager.on('stack-item-added', ({ stackItem }) => {
    // While undoing, the item that is being taken back hands its label to the one that will bring it again.
    const label = step?.label ?? manager.currStackItem?.meta.get('label')
    stackItem.meta.set('label', label)
    stackItem.meta.set('coalesce', step?.coalesce ?? null)
  })

  const run = (kind: 'undo' | 'redo'): string | null => {
    running = kind
    try {
      const item = kind === 'undo' ? manager.undo() : manager.redo()
      return item === null ? null : labelOf(item)
    } finally {
      running = null
    }
  }

  return {
    origin: manager,
    record: (label, coalesce, write) => {
      const latest = manager.undoStack.at(-1)
      const isContinuation = coalesce !== null && latest?.meta.get('coalesce') === coalesce
      // The manager merges a change into its latest item while this time has not passed, and never after an undo.
      manager.captureTimeout = isContinuation ? Number.POSITIVE_INFINITY : 0
      step = { label, coalesce }
      try {
        write()
      } finally {
        step = null
        manager.captureTimeout = 0
      }
    },
    undo: () => run('undo'),
    redo: () => run('redo'),
    undoLabel: () => labelOf(manager.undoStack.at(-1)),
    redoLabel: () => labelOf(manager.redoStack.at(-1)),
    running: () => running,
  }
}

function labelOf(item: { readonly meta: Map<unknown, unknown> } | undefined): string | null {
  const label = item?.meta.get('label')
  return typeof label === 'string' ? label : null
}
