import type { ImageStatus } from '../../domain/records'
import { showFailure } from '../controls/showFailure'
import type { Command } from './command'
import type { CommandContext } from './commandContext'

const GROUP = 'Images'

export function imageCommands(context: CommandContext): readonly Command[] {
  const { app, isAt, screen } = context
  const isWalking = (): boolean => isAt('annotate') && context.project() !== null
  const step = (
    id: string,
    label: string,
    shortcuts: readonly string[],
    by: 1 | -1,
    attention: boolean,
  ): Command => ({
    id,
    label,
    group: GROUP,
    shortcuts,
    repeats: true,
    isEnabled: isWalking,
    run: () => app.images.step(by, attention),
  })
  const status = (id: string, label: string, value: ImageStatus): Command => ({
    id,
    label,
    group: GROUP,
    shortcuts: [],
    isEnabled: () => context.canEdit() && context.targetImages().length > 0,
    run: () => app.images.setStatus(context.targetImages(), value),
  })
  return [
    step('image.next', 'Next image', ['d', 'arrowright'], 1, false),
    step('image.previous', 'Previous image', ['a', 'arrowleft'], -1, false),
    step('image.nextOpen', 'Next image that needs attention', ['shift+d'], 1, true),
    step('image.previousOpen', 'Previous image that needs attention', ['shift+a'], -1, true),
    {
      id: 'image.done',
      label: 'Mark image done and go on',
      group: GROUP,
      shortcuts: ['mod+enter'],
      inTextFields: true,
      isEnabled: () => context.canEdit('annotate') && context.image() !== null,
      run: () => {
        const image = context.image()
        if (image !== null) app.annotate.markDoneAndStep(image.id)
      },
    },
    {
      id: 'image.labels',
      label: 'Image labels …',
      group: GROUP,
      shortcuts: ['g'],
      isEnabled: () => context.canEdit() && context.targetImages().length > 0,
      run: () => screen.labelPickerOpen.set(true),
    },
    status('image.clean', 'Confirm clean', 'confirmedClean'),
    status('image.skip', 'Skip', 'skipped'),
    status('image.reopen', 'Reopen (in progress)', 'inProgress'),
    {
      id: 'image.sort',
      label: 'Sort images by key, or back to the grid',
      group: GROUP,
      shortcuts: ['shift+s'],
      isEnabled: () => isAt('images'),
      run: () =>
        app.session.setState(({ imagesMode }) => ({ imagesMode: imagesMode === 'sort' ? 'grid' : 'sort' })),
    },
    {
      id: 'image.importLabels',
      label: 'Import a label file …',
      group: GROUP,
      shortcuts: [],
      isEnabled: () => context.canEdit('images'),
      run: () =>
        void app.images.pickLabels().then(
          (preview) => {
            if (preview !== null) screen.labelFile.set({ kind: 'preview', preview })
          },
          (error: unknown) => showFailure('The label file could not be read', error),
        ),
    },
    {
      id: 'image.saveLabels',
      label: 'Save the image labels as a file',
      group: GROUP,
      shortcuts: [],
      isEnabled: () => context.project() !== null,
      run: () => void app.images.saveLabels(),
    },
    {
      id: 'image.addFolder',
      label: 'Add a folder of images …',
      group: GROUP,
      shortcuts: [],
      isEnabled: () => context.canEdit(),
      run: () => void app.images.pickFolder().then((report) => screen.addReport.set(report)),
    },
    {
      id: 'image.addFiles',
      label: 'Add image files …',
      group: GROUP,
      shortcuts: [],
      isEnabled: () => context.canEdit(),
      run: () => void app.images.pickFiles().then((report) => screen.addReport.set(report)),
    },
  ]
}
