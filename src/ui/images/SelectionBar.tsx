import { Button, Menu } from '@mantine/core'
import { ChevronDown, MinusCircle, PenLine, ShieldCheck, Split as SplitIcon, Tag, Trash2 } from 'lucide-react'
import type { ImageId, Split } from '../../domain/records'
import { useApp, useOpenProject, useRecords, useScreen } from '../AppProvider'

const SPLITS: readonly { readonly value: Split | null; readonly label: string }[] = [
  { value: 'train', label: 'Training' },
  { value: 'val', label: 'Validation' },
  { value: 'test', label: 'Test' },
  { value: null, label: 'Decide automatically' },
]

/** What can be done with the ticked images. Stands always, so that nothing jumps when the first one is ticked. */
export function SelectionBar({ ids }: { ids: readonly ImageId[] }) {
  const app = useApp()
  const screen = useScreen()
  const project = useOpenProject()
  const { records } = useRecords()
  const isOff = ids.length === 0 || project.isReadOnly()
  const first = ids[0]

  const remove = async (): Promise<void> => {
    const boxes = ids.reduce((sum, id) => sum + records.ofImage('annotation', id).length, 0)
    const isSure = await screen.confirm({
      title: `Remove ${ids.length === 1 ? 'this image' : `${ids.length} images`} from the project?`,
      message: `${boxes} ${boxes === 1 ? 'box' : 'boxes'} and their masks go with ${ids.length === 1 ? 'it' : 'them'}. The files on disk stay where they are. Undo brings everything back.`,
      verb: ids.length === 1 ? 'Remove image' : `Remove ${ids.length} images`,
    })
    if (isSure) app.images.remove(ids)
  }
  return (
    <div className="selection-bar">
      <span className="selection-count">{ids.length === 0 ? 'No image ticked' : `${ids.length} ticked`}</span>
      <Button
        variant="default"
        leftSection={<PenLine size={13} />}
        disabled={first === undefined}
        onClick={() => {
          if (first === undefined) return
          app.images.goTo(first)
          app.session.setState({ stage: 'annotate' })
        }}
      >
        Annotate
      </Button>
      <Button
        variant="default"
        leftSection={<ShieldCheck size={13} />}
        disabled={isOff}
        onClick={() => app.images.setStatus(ids, 'confirmedClean')}
      >
        Confirm clean
      </Button>
      <Button
        variant="default"
        leftSection={<MinusCircle size={13} />}
        disabled={isOff}
        onClick={() => app.images.setStatus(ids, 'skipped')}
      >
        Skip
      </Button>
      <Button
        variant="default"
        leftSection={<Tag size={13} />}
        disabled={isOff}
        onClick={() => screen.labelPickerOpen.set(true)}
      >
        Labels …
      </Button>
      <Menu>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<SplitIcon size={13} />}
            rightSection={<ChevronDown size={12} />}
            disabled={isOff}
          >
            Split
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SPLITS.map(({ value, label }) => (
            <Menu.Item key={label} onClick={() => app.images.setSplit(ids, value)}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button
        variant="default"
        leftSection={<Trash2 size={13} />}
        disabled={isOff}
        onClick={() => void remove()}
      >
        Remove …
      </Button>
    </div>
  )
}
