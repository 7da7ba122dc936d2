import type { App, OpenedProject } from '../../app/app'
import type { Command } from '../commands/command'
import { canAccept, type ReviewController } from './reviewController'
import { REJECT_REASONS } from './reviewWords'

const GROUP = 'Review'
const GRID = 'Review, grid'
const FIX = 'Review, fix'

export interface ReviewCommandContext {
  readonly app: App
  readonly project: OpenedProject
  readonly review: ReviewController
  /** Starts painting on the current item. */
  readonly startFix: () => void
  /** Saves the painting. */
  readonly saveFix: () => void
}

/** Keys of the review screen: deciding one by one, the grid, and painting; each set only where it applies. */
export function reviewCommands(context: ReviewCommandContext): readonly Command[] {
  const { app, project, review } = context
  const now = () => review.state.getState()
  const canDecide = (): boolean => !project.isReadOnly() && review.current() !== null
  const isAcceptable = (): boolean => {
    const item = review.current()
    return item !== null && canAccept(item)
  }
  const isSingle = (): boolean => now().mode === 'single' && now().fix === null
  const isGrid = (): boolean => now().mode === 'grid'
  const isFixing = (): boolean => now().fix !== null
  const isChoosing = (): boolean => isSingle() && now().rejecting === 'reason'
  const single = (id: string, label: string, shortcuts: readonly string[], run: () => void): Command => ({
    id: `review.${id}`,
    label,
    group: GROUP,
    shortcuts,
    isEnabled: () => isSingle() && canDecide(),
    run,
  })
  const step = (id: string, label: string, shortcuts: readonly string[], by: 1 | -1): Command => ({
    ...single(id, label, shortcuts, () => review.move(by)),
    isEnabled: () => isSingle() && review.current() !== null,
    repeats: true,
  })
  const arrow = (by: 'left' | 'right' | 'up' | 'down'): Command => ({
    id: `review.grid.${by}`,
    label: `Focus ${by}`,
    group: GRID,
    shortcuts: [`arrow${by}`],
    repeats: true,
    isEnabled: isGrid,
    run: () => review.moveInGrid(by),
  })
  const resize = (factor: number): void => {
    const { brushRadiusPx } = app.session.getState()
    const next = Math.min(256, Math.max(0.5, brushRadiusPx * factor))
    app.session.setState({ brushRadiusPx: Math.round(next * 2) / 2 })
  }
  const fixing = (id: string, label: string, shortcuts: readonly string[], run: () => void): Command => ({
    id: `review.fix.${id}`,
    label,
    group: FIX,
    shortcuts,
    isEnabled: isFixing,
    run,
  })

  return [
    // Painting first: its keys mean something else while it is on.
    fixing('save', 'Save the painted mask', ['enter'], context.saveFix),
    fixing('cancel', 'Leave without saving', ['escape'], review.cancelFix),
    fixing('brush', 'Brush', ['b'], () => review.setFixTool('brush')),
    fixing('eraser', 'Eraser', ['e'], () => review.setFixTool('eraser')),
    { ...fixing('smaller', 'Smaller brush', ['bracketleft'], () => resize(1 / 1.2)), repeats: true },
    { ...fixing('larger', 'Larger brush', ['bracketright'], () => resize(1.2)), repeats: true },
    {
      ...fixing('undo', 'Take back the last stroke', ['mod+z'], () => now().fix?.undo()),
      isEnabled: isFixing,
    },

    ...REJECT_REASONS.map(
      ({ reason, label }, i): Command => ({
        id: `review.reason.${reason}`,
        label: `Reject: ${label.toLowerCase()}`,
        group: GROUP,
        shortcuts: [String(i + 1)],
        isEnabled: () => isChoosing() && canDecide(),
        run: () => (reason === 'other' ? review.typeReason() : review.reject(reason, null)),
      }),
    ),
    {
      id: 'review.stopRejecting',
      label: 'Do not reject',
      group: GROUP,
      shortcuts: ['escape'],
      inTextFields: true,
      isEnabled: () => isSingle() && now().rejecting !== 'no',
      run: review.stopRejecting,
    },

    {
      ...single('accept', 'Accept', ['enter'], review.accept),
      isEnabled: () => isSingle() && canDecide() && isAcceptable(),
    },
    single('reject', 'Reject …', ['x'], review.askReject),
    single('fix', 'Fix with brush and eraser', ['f'], context.startFix),
    single('unsure', 'Unsure: ignore this region', ['u'], review.unsure),
    {
      ...single('before', 'Before or after', ['s'], review.toggleBefore),
      isEnabled: isSingle,
    },
    {
      ...single('difference', 'Difference', ['shift+s'], () => review.setView('difference')),
      isEnabled: isSingle,
    },
    {
      ...single('zoom', 'Zoom to the changed area or to the whole picture', ['z'], review.toggleZoom),
      isEnabled: () => now().mode === 'single',
    },
    step('next', 'Next item', ['j', 'arrowdown', 'arrowright'], 1),
    step('previous', 'Previous item', ['k', 'arrowup', 'arrowleft'], -1),
    {
      id: 'review.grid',
      label: 'Grid or one by one',
      group: GROUP,
      shortcuts: ['g'],
      isEnabled: () => !isFixing() && review.current() !== null,
      run: () => review.setMode(now().mode === 'grid' ? 'single' : 'grid'),
    },

    arrow('left'),
    arrow('right'),
    arrow('up'),
    arrow('down'),
    {
      id: 'review.grid.accept',
      label: 'Accept the focused one',
      group: GRID,
      shortcuts: ['enter'],
      isEnabled: () => isGrid() && canDecide(),
      run: review.accept,
    },
    {
      id: 'review.grid.acceptPage',
      label: 'Accept the whole page',
      group: GRID,
      shortcuts: ['shift+enter'],
      isEnabled: () => isGrid() && canDecide(),
      run: review.acceptPage,
    },
    {
      id: 'review.grid.takeOff',
      label: 'Take the focused one off the page, or put it back',
      group: GRID,
      shortcuts: ['x'],
      isEnabled: isGrid,
      run: review.takeOff,
    },
    {
      id: 'review.grid.leave',
      label: 'Back to one by one',
      group: GRID,
      shortcuts: ['escape'],
      isEnabled: isGrid,
      run: () => review.setMode('single'),
    },
  ]
}
