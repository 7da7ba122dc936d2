import { ActionIcon, Button, Kbd, Menu } from '@mantine/core'
import {
  Command as CommandSign,
  Download,
  Home,
  Keyboard,
  Menu as MenuIcon,
  Redo2,
  Undo2,
} from 'lucide-react'
import { useApp, useOpenProject, useProjectVersion, useRecords, useScreen, useSession } from '../AppProvider'
import { CommandIcon } from '../controls/CommandIcon'
import { ProjectName } from './ProjectName'
import { SaveBadge } from './SaveBadge'
import { StageTabs } from './StageTabs'

/** Name, class and place at the left; the stages in the middle; undo, commands and the save state at the right. */
export function TopBar() {
  const app = useApp()
  const screen = useScreen()
  return (
    <header className="top">
      <div className="top-side">
        <Menu position="bottom-start">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label="Project menu" size={24}>
              <MenuIcon size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Download size={13} />} onClick={() => void app.projects.saveFile()}>
              Save a project file …
            </Menu.Item>
            <Menu.Item leftSection={<Keyboard size={13} />} onClick={() => screen.sheetOpen.set(true)}>
              Keyboard shortcuts
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item leftSection={<Home size={13} />} onClick={() => void app.projects.close()}>
              Close project
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <ProjectName />
        <Place />
      </div>
      <StageTabs />
      <div className="top-side top-right">
        <SaveBadge />
        <UndoRedo />
        <Button
          variant="default"
          leftSection={<CommandSign size={13} />}
          rightSection={<Kbd>Ctrl K</Kbd>}
          onClick={() => screen.paletteOpen.set(true)}
        >
          Commands
        </Button>
      </div>
    </header>
  )
}

/** The class in hand and which image of how many. */
function Place() {
  const app = useApp()
  const { records } = useRecords()
  const imageId = useSession((state) => state.imageId)
  const activeClassId = useSession((state) => state.activeClassId)
  useSession((state) => state.filter)
  const active = activeClassId === null ? undefined : records.get(activeClassId)
  const visible = app.images.visible()
  const at = imageId === null ? -1 : visible.indexOf(imageId)
  return (
    <>
      {active?.type === 'class' && (
        <span className="class-badge" title={`Class in hand: ${active.name}`}>
          <span className="swatch" style={{ background: active.color }} />
          <span className="ellipsis">{active.name}</span>
        </span>
      )}
      <span className="num" aria-label={`Image ${at + 1} of ${visible.length}`}>
        {at < 0 ? '–' : String(at + 1).padStart(4, '0')} / {visible.length}
      </span>
    </>
  )
}

function UndoRedo() {
  useProjectVersion()
  const project = useOpenProject()
  const undoLabel = project.undoLabel()
  const redoLabel = project.redoLabel()
  return (
    <ActionIcon.Group>
      <CommandIcon
        id="project.undo"
        icon={Undo2}
        label="Undo"
        hint={undoLabel === null ? 'Nothing to undo' : `Undo: ${undoLabel}`}
      />
      <CommandIcon
        id="project.redo"
        icon={Redo2}
        label="Redo"
        hint={redoLabel === null ? 'Nothing to redo' : `Redo: ${redoLabel}`}
      />
    </ActionIcon.Group>
  )
}
