import { Button, Group, Modal, NativeSelect, Text } from '@mantine/core'
import { useState } from 'react'
import type { ClassDef, ClassId } from '../../domain/records'
import { useApp } from '../AppProvider'
import { useClasses } from '../useClasses'

/** Makes two classes one: everything of `from` becomes the chosen one. One step to undo. */
export function MergeClassDialog({ from, onClose }: { from: ClassDef; onClose: () => void }) {
  const app = useApp()
  const others = useClasses().filter((one) => one.id !== from.id)
  const [into, setInto] = useState<ClassId | null>(others[0]?.id ?? null)
  const { boxes, masks, labels } = app.classes.counts(from.id)
  return (
    <Modal opened onClose={onClose} title={`Merge “${from.name}”`} size="sm">
      <Text size="sm" mb="sm">
        {boxes} boxes, {masks} masks and {labels} image labels become the other class, and “{from.name}” goes.
        Undo brings it back.
      </Text>
      <NativeSelect
        label="Into class"
        value={into ?? ''}
        data={others.map((one) => ({ value: one.id, label: one.name }))}
        onChange={(event) => {
          const chosen = others.find((one) => one.id === event.currentTarget.value)
          setInto(chosen?.id ?? null)
        }}
      />
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={into === null}
          onClick={() => {
            if (into !== null) app.classes.merge(from.id, into)
            onClose()
          }}
        >
          Merge classes
        </Button>
      </Group>
    </Modal>
  )
}
