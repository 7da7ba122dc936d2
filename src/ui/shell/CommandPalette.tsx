import { Kbd } from '@mantine/core'
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useEffect } from 'react'
import { useScreen } from '../AppProvider'
import type { Command } from '../commands/command'
import { shortcutText } from '../commands/shortcut'

const [store, palette] = createSpotlight()

/** Every command by name. Those that cannot run now are left out while their place in the list is kept. */
export function CommandPalette({ commands }: { commands: readonly Command[] }) {
  const { paletteOpen } = useScreen()
  useEffect(() => {
    palette.open()
    return () => palette.close()
  }, [])
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={grouped(commands.filter((command) => command.isEnabled()))}
      scrollable
      attributes={{ content: { 'aria-label': 'Commands' } }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      maxHeight={420}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      nothingFound="No command of that name"
      searchProps={{ placeholder: 'Run a command', 'aria-label': 'Run a command' }}
      onSpotlightClose={() => paletteOpen.set(false)}
    />
  )
}

function grouped(commands: readonly Command[]): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionGroupData>()
  for (const command of commands) {
    const group = groups.get(command.group) ?? { group: command.group, actions: [] }
    const shortcut = command.shortcuts[0]
    group.actions.push({
      id: command.id,
      label: command.label,
      rightSection: shortcut === undefined || shortcut === '' ? null : <Kbd>{shortcutText(shortcut)}</Kbd>,
      onClick: () => command.run(),
    })
    groups.set(command.group, group)
  }
  return [...groups.values()]
}
