import { Button, Checkbox, Group, Kbd, Modal } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { useApp, useObservable, useRecords, useScreen, useSession } from '../AppProvider'
import { digitOfClass } from '../commands/classCommands'
import { createCommandContext } from '../commands/commandContext'
import { useClasses } from '../useClasses'
import { labelStates } from './labelStates'

/** Which classes are somewhere in the chosen images; digits toggle, Enter closes. */
export function LabelPicker() {
  const { labelPickerOpen } = useScreen()
  const isOpen = useObservable(labelPickerOpen)
  return isOpen ? <OpenLabelPicker onClose={() => labelPickerOpen.set(false)} /> : null
}

function OpenLabelPicker({ onClose }: { onClose: () => void }) {
  const app = useApp()
  const screen = useScreen()
  const classes = useClasses()
  const { records } = useRecords()
  useObservable(screen.tickedImages)
  useSession((state) => state.imageId)
  const ids = createCommandContext(app, screen).targetImages()
  const states = labelStates(records, ids)
  const onKeyDown = (event: KeyboardEvent): void => {
    const one = classes.find((_, position) => digitOfClass(position) === event.key)
    if (one !== undefined) app.images.toggleLabel(ids, one.id)
    if (event.key === 'Enter') onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        ids.length === 1 ? 'Classes somewhere in this image' : `Classes somewhere in ${ids.length} images`
      }
      size="xs"
      onKeyDown={onKeyDown}
    >
      {classes.length === 0 ? (
        <p className="mute">Add a class on the Annotate screen first.</p>
      ) : (
        <div className="label-picker">
          {classes.map((one, position) => {
            const state = states.get(one.id) ?? 'none'
            const digit = digitOfClass(position)
            return (
              <div key={one.id} className="label-row">
                <Checkbox
                  color={one.color}
                  autoContrast
                  label={one.name}
                  checked={state === 'all'}
                  indeterminate={state === 'some'}
                  {...(position === 0 ? { 'data-autofocus': true } : {})}
                  onChange={() => app.images.toggleLabel(ids, one.id)}
                />
                {digit !== null && <Kbd>{digit}</Kbd>}
              </div>
            )
          })}
        </div>
      )}
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Modal>
  )
}
