import { ActionIcon, ColorPicker, Kbd, Menu, Popover } from '@mantine/core'
import { ArrowDown, ArrowUp, Combine, MoreHorizontal, Palette, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ClassDef } from '../../domain/records'
import { useApp, useOpenProject } from '../AppProvider'
import { digitOfClass } from '../commands/classCommands'
import { MergeClassDialog } from './MergeClassDialog'
import { CLASS_PALETTE } from '../../domain/classPalette'
import { useDeleteClass } from './useDeleteClass'

/** One class: its digit, colour, name and number of boxes and masks; the rest behind its menu. */
export function ClassRow({
  one,
  position,
  classCount,
  objectCount,
  isActive,
  isTabStop,
  onChoose,
}: {
  one: ClassDef
  position: number
  classCount: number
  objectCount: number
  isActive: boolean
  isTabStop: boolean
  onChoose: () => void
}) {
  const app = useApp()
  const project = useOpenProject()
  const deleteClass = useDeleteClass()
  const [isRenaming, setRenaming] = useState(false)
  const [isMerging, setMerging] = useState(false)
  const [color, setColor] = useState<string | null>(null)
  const digit = digitOfClass(position)
  return (
    <div className="cls" data-active={isActive || undefined}>
      {isRenaming ? (
        <RenameField one={one} onClose={() => setRenaming(false)} />
      ) : (
        <button
          type="button"
          role="radio"
          className="cls-choose"
          data-class={one.id}
          aria-checked={isActive}
          aria-label={`${one.name}, ${objectCount} ${objectCount === 1 ? 'object' : 'objects'}`}
          tabIndex={isTabStop ? 0 : -1}
          onClick={onChoose}
          onDoubleClick={() => !project.isReadOnly() && setRenaming(true)}
        >
          {digit === null ? <span /> : <Kbd>{digit}</Kbd>}
          <span className="swatch" style={{ background: one.color }} />
          <span className="ellipsis">{one.name}</span>
          <span className="num">{objectCount}</span>
        </button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            className="cls-more"
            size={22}
            variant="subtle"
            color="gray"
            aria-label={`Edit class ${one.name}`}
            disabled={project.isReadOnly()}
          >
            <MoreHorizontal size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={13} />} onClick={() => setRenaming(true)}>
            Rename
          </Menu.Item>
          <Menu.Item leftSection={<Palette size={13} />} onClick={() => setColor(one.color)}>
            Change colour
          </Menu.Item>
          <Menu.Item
            leftSection={<ArrowUp size={13} />}
            disabled={position === 0}
            onClick={() => app.classes.move(one.id, -1)}
          >
            Move up
          </Menu.Item>
          <Menu.Item
            leftSection={<ArrowDown size={13} />}
            disabled={position === classCount - 1}
            onClick={() => app.classes.move(one.id, 1)}
          >
            Move down
          </Menu.Item>
          <Menu.Item
            leftSection={<Combine size={13} />}
            disabled={classCount < 2}
            onClick={() => setMerging(true)}
          >
            Merge into …
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<Trash2 size={13} />}
            color="var(--bad)"
            onClick={() => void deleteClass(one)}
          >
            Delete …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Popover
        opened={color !== null}
        onDismiss={() => setColor(null)}
        position="left"
        trapFocus
        withRoles={false}
        withArrow
        shadow="md"
      >
        <Popover.Target>
          <span className="cls-anchor" />
        </Popover.Target>
        <Popover.Dropdown>
          <ColorPicker
            format="hex"
            size="xs"
            value={color ?? one.color}
            swatches={CLASS_PALETTE}
            swatchesPerRow={5}
            onChange={setColor}
            onChangeEnd={(value) => app.classes.recolour(one.id, value)}
            saturationLabel="Saturation and brightness"
            hueLabel="Hue"
          />
        </Popover.Dropdown>
      </Popover>
      {isMerging && <MergeClassDialog from={one} onClose={() => setMerging(false)} />}
    </div>
  )
}

const selectAll = (field: HTMLInputElement | null): void => field?.select()

function RenameField({ one, onClose }: { one: ClassDef; onClose: () => void }) {
  const app = useApp()
  const [name, setName] = useState(one.name)
  const keep = (): void => {
    if (name.trim() !== '' && name.trim() !== one.name) app.classes.rename(one.id, name)
    onClose()
  }
  return (
    <input
      ref={selectAll}
      className="field"
      aria-label={`New name of ${one.name}`}
      value={name}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') onClose()
      }}
    />
  )
}
