import type { Command } from '../commands/command'

/** What the middle of the Train screen shows of a former run. */
export type TrainView = 'curves' | 'threshold' | 'compare'

/** Keys of the Train screen: the three views of a run. */
export function trainCommands(context: {
  readonly view: () => TrainView
  readonly canShow: (view: TrainView) => boolean
  readonly show: (view: TrainView) => void
}): readonly Command[] {
  const open = (view: TrainView, label: string, shortcuts: readonly string[]): Command => ({
    id: `train.${view}`,
    label,
    group: 'Train',
    shortcuts,
    isEnabled: () => context.canShow(view) && context.view() !== view,
    run: () => context.show(view),
  })
  return [
    open('curves', 'Curves of the run', ['escape']),
    open('threshold', 'Operating point of the run', ['t']),
    open('compare', 'Compare with another run', ['c']),
  ]
}
