import type { App, OpenedProject } from '../../../app/app'
import type { ClassDef } from '../../../domain/records'
import { digitOfClass } from '../../commands/classCommands'
import type { Command } from '../../commands/command'
import type { SortController } from './sortController'

const GROUP = 'Sort images'

/** Keys of the sort view: one a verdict, and the ways through the list. */
export function sortCommands(context: {
  readonly app: App
  readonly project: OpenedProject
  readonly sorting: SortController
  readonly classes: readonly ClassDef[]
}): readonly Command[] {
  const { app, project, sorting, classes } = context
  const hasImage = (): boolean => sorting.current() !== null
  const verdict = (id: string, label: string, shortcuts: readonly string[], run: () => void): Command => ({
    id: `sort.${id}`,
    label,
    group: GROUP,
    shortcuts,
    isEnabled: () => hasImage() && !project.isReadOnly(),
    run,
  })
  const way = (id: string, label: string, shortcuts: readonly string[], run: () => void): Command => ({
    id: `sort.${id}`,
    label,
    group: GROUP,
    shortcuts,
    repeats: true,
    isEnabled: hasImage,
    run,
  })
  return [
    verdict('clean', 'Clean, and on', ['c'], () => sorting.sort({ kind: 'clean' })),
    verdict('defective', 'Defective, and on', ['d'], sorting.sortDefective),
    ...classes
      .slice(0, 10)
      .map((one, position) =>
        verdict(`class.${position + 1}`, `${one.name}, and on`, [digitOfClass(position) ?? ''], () =>
          sorting.sortAs(one.id),
        ),
      ),
    verdict('skip', 'Skip, and on', ['s'], () => sorting.sort({ kind: 'skip' })),
    way('back', 'Back to the image sorted last', ['backspace'], sorting.back),
    way('next', 'Next image of the list', ['arrowright'], () => sorting.move(1)),
    way('previous', 'Previous image of the list', ['arrowleft'], () => sorting.move(-1)),
    way('down', 'One row down', ['arrowdown'], () => sorting.move(sorting.state.getState().columns)),
    way('up', 'One row up', ['arrowup'], () => sorting.move(-sorting.state.getState().columns)),
    {
      id: 'sort.zoom',
      label: 'Pixel by pixel, or the whole picture',
      group: GROUP,
      shortcuts: ['z'],
      isEnabled: hasImage,
      run: () => sorting.toggleZoom(),
    },
    {
      id: 'sort.unsortedOnly',
      label: 'Unsorted images only, or all',
      group: GROUP,
      shortcuts: ['u'],
      isEnabled: () => true,
      run: () => sorting.setUnsortedOnly(!sorting.state.getState().unsortedOnly),
    },
    {
      id: 'sort.leave',
      label: 'Step out: no class, no ticks, back to the grid',
      group: GROUP,
      shortcuts: ['escape'],
      isEnabled: () => true,
      run: () => {
        const { asking, zoomAt } = sorting.state.getState()
        if (asking) sorting.stopAsking()
        else if (zoomAt !== null) sorting.toggleZoom()
        else if (sorting.hasTicks()) sorting.clearTicks()
        else app.session.setState({ imagesMode: 'grid' })
      },
    },
  ]
}
