import { useVirtualizer } from '@tanstack/react-virtual'
import { Button } from '@mantine/core'
import { CircleCheck, Eye, EyeOff, Lock, LockOpen, type LucideIcon } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { ImageId } from '../../domain/records'
import { useApp, useObservable, useSession } from '../AppProvider'
import type { ImageObject, ObjectId } from '../canvas/imageObjects'
import { useImageObjects } from '../canvas/useImageObjects'
import { useCommand } from '../commands/useCommands'
import { KeyHint } from '../controls/KeyHint'
import { Section } from '../controls/Section'
import { colorOf, useClasses } from '../useClasses'
import { ObjectDetail } from './ObjectDetail'
import { objectWords } from './objectWords'
import { ObjectStateIcon } from './ObjectStateIcon'

const ROW_PX = 26

/** Everything on the canvas in words, walked by the keyboard: arrows move, Shift extends, Delete deletes. */
export function ObjectList({ imageId }: { imageId: ImageId }) {
  const app = useApp()
  const objects = useImageObjects(imageId)
  const selection = useSession((state) => state.selection)
  const pending = useObservable(app.propose.pending)
  const host = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: objects.length,
    getScrollElement: () => host.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  })
  const accept = useCommand('object.accept')
  const proposals = accept.isEnabled()
    ? objects.filter(
        (object) =>
          selection.includes(object.id) && (object.state === 'proposed' || object.state === 'draft'),
      )
    : []
  const only = selection.length === 1 ? objects.find((object) => object.id === selection[0]) : undefined
  const last = selection.at(-1)
  const at = objects.findIndex((object) => object.id === last)
  // What is said about the selected object takes room from the list.
  const heightStage = virtual.scrollRect?.height
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual, heightStage])

  const select = (ids: readonly ObjectId[]): void => app.session.setState({ selection: ids })
  const onKeyDown = (event: KeyboardEvent): void => {
    // Alt and an arrow aim the next click.
    if (event.altKey) return
    const to =
      event.key === 'ArrowDown'
        ? Math.min(objects.length - 1, at + 1)
        : event.key === 'ArrowUp'
          ? Math.max(0, at < 0 ? objects.length - 1 : at - 1)
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? objects.length - 1
              : null
    const object = to === null ? undefined : objects[to]
    if (object === undefined) return
    event.preventDefault()
    select(event.shiftKey ? [...selection.filter((id) => id !== object.id), object.id] : [object.id])
  }
  const onPick = (event: MouseEvent, object: ImageObject): void => {
    if (event.shiftKey || event.ctrlKey || event.metaKey)
      select(
        selection.includes(object.id)
          ? selection.filter((id) => id !== object.id)
          : [...selection, object.id],
      )
    else select([object.id])
  }

  return (
    <Section
      title="Objects"
      aside={
        <>
          {proposals.length > 0 && (
            <KeyHint
              label="A person has looked: the mask is right"
              shortcut={accept.shortcuts[0]}
              position="left"
            >
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<CircleCheck size={12} />}
                className="object-accept"
                onClick={accept.run}
              >
                {proposals.length === 1 ? 'Accept mask' : `Accept ${proposals.length} masks`}
              </Button>
            </KeyHint>
          )}
          <span className="num">{objects.length}</span>
        </>
      }
    >
      {objects.length === 0 ? (
        <p className="mute object-none">
          Nothing here yet. Draw a box around a defect, or confirm the image as clean.
        </p>
      ) : (
        <div
          ref={host}
          className="object-list scroll"
          role="listbox"
          aria-label="Objects of this image"
          aria-multiselectable
          aria-activedescendant={at < 0 ? undefined : `object-${objects[at]?.id}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
            {virtual.getVirtualItems().map((item) => {
              const object = objects[item.index]
              if (object === undefined) return null
              return (
                <ObjectRow
                  key={object.id}
                  object={object}
                  top={item.start}
                  isSelected={selection.includes(object.id)}
                  isPending={object.box !== null && pending.has(object.box.id)}
                  onPick={onPick}
                />
              )
            })}
          </div>
        </div>
      )}
      {only !== undefined && <ObjectDetail object={only} />}
    </Section>
  )
}

function ObjectRow({
  object,
  top,
  isSelected,
  isPending,
  onPick,
}: {
  object: ImageObject
  top: number
  isSelected: boolean
  isPending: boolean
  onPick: (event: MouseEvent, object: ImageObject) => void
}) {
  const app = useApp()
  const classes = useClasses()
  const isHidden = useSession((state) => state.hidden.includes(object.id))
  const isLocked = useSession((state) => state.locked.includes(object.id))
  const words = objectWords(object, classes)
  const toggle = (field: 'hidden' | 'locked', isOn: boolean): void => {
    const listed = app.session.getState()[field]
    app.session.setState({
      [field]: isOn ? listed.filter((id) => id !== object.id) : [...listed, object.id],
    })
  }
  return (
    // The listbox has the focus and the keys; a row is picked by pointer only.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`object-${object.id}`}
      className="object-row"
      role="option"
      aria-selected={isSelected}
      aria-label={`${words.name}, ${words.size}, ${isPending ? 'mask is being made' : words.state}${words.quality === null ? '' : `, quality ${words.quality}`}${isHidden ? ', hidden' : ''}${isLocked ? ', locked' : ''}`}
      tabIndex={-1}
      style={{ top, height: ROW_PX }}
      onClick={(event) => onPick(event, object)}
    >
      <span className="swatch" style={{ background: colorOf(classes, object.classId) }} />
      <span className={`ellipsis${isHidden ? ' mute' : ''}`}>{words.name}</span>
      <span className="num">{words.size}</span>
      <span className="num">{words.quality ?? ''}</span>
      <ObjectStateIcon state={object.state} isPending={isPending} />
      <RowToggle
        isOn={isHidden}
        title={isHidden ? 'Show (H)' : 'Hide (H)'}
        icon={isHidden ? EyeOff : Eye}
        onToggle={() => toggle('hidden', isHidden)}
      />
      <RowToggle
        isOn={isLocked}
        title={isLocked ? 'Unlock (L)' : 'Lock (L)'}
        icon={isLocked ? Lock : LockOpen}
        onToggle={() => toggle('locked', isLocked)}
      />
    </div>
  )
}

/** For the pointer only: an option may hold no buttons. The keyboard has H and L, and the row's name says the state. */
function RowToggle({
  isOn,
  title,
  icon: Icon,
  onToggle,
}: {
  isOn: boolean
  title: string
  icon: LucideIcon
  onToggle: () => void
}) {
  return (
    <span
      aria-hidden
      className={isOn ? 'object-toggle object-on' : 'object-toggle object-off'}
      title={title}
      onClick={(event) => {
        event.stopPropagation()
        onToggle()
      }}
    >
      <Icon size={12} />
    </span>
  )
}
