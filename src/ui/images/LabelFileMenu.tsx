import { Button, Menu } from '@mantine/core'
import { ChevronDown, FileDown, FileUp, Tags } from 'lucide-react'
import { useOpenProject } from '../AppProvider'
import { useCommand } from '../commands/useCommands'

/** Image labels from a file, and into one. */
export function LabelFileMenu() {
  const isReadOnly = useOpenProject().isReadOnly()
  const importLabels = useCommand('image.importLabels')
  const saveLabels = useCommand('image.saveLabels')
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Tags size={13} />} rightSection={<ChevronDown size={12} />}>
          Label file
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<FileUp size={13} />} disabled={isReadOnly} onClick={importLabels.run}>
          Import …
        </Menu.Item>
        <Menu.Item leftSection={<FileDown size={13} />} onClick={saveLabels.run}>
          Save
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
