import type { Command } from './command'
import type { CommandContext } from './commandContext'

export function helpCommands({ screen }: CommandContext): readonly Command[] {
  return [
    {
      id: 'help.palette',
      label: 'All commands',
      group: 'Help',
      shortcuts: ['mod+k'],
      inTextFields: true,
      isEnabled: () => true,
      run: () => screen.paletteOpen.set(!screen.paletteOpen.get()),
    },
    {
      id: 'help.shortcuts',
      label: 'Keyboard shortcuts',
      group: 'Help',
      shortcuts: ['?', 'f1'],
      isEnabled: () => true,
      run: () => screen.sheetOpen.set(true),
    },
  ]
}
