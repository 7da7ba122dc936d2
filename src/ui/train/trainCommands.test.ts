import { expect, test } from 'vitest'
import { trainCommands, type TrainView } from './trainCommands'

function commandsAt(view: TrainView, possible: readonly TrainView[]) {
  const shown: TrainView[] = []
  const commands = trainCommands({
    view: () => view,
    canShow: (wanted) => possible.includes(wanted),
    show: (wanted) => shown.push(wanted),
  })
  return { commands, shown, enabled: commands.filter((command) => command.isEnabled()).map(({ id }) => id) }
}

test('a view that is shown already, or that has nothing to show, has no key', () => {
  expect(commandsAt('curves', ['curves', 'threshold', 'compare']).enabled).toEqual([
    'train.threshold',
    'train.compare',
  ])
  expect(commandsAt('threshold', ['curves', 'threshold']).enabled).toEqual(['train.curves'])
})

test('each command opens its own view', () => {
  const { commands, shown } = commandsAt('curves', [])
  for (const command of commands) command.run()
  expect(shown).toEqual(['curves', 'threshold', 'compare'])
})
