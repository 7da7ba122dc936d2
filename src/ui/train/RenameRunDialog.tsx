import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'

export function RenameRunDialog({
  name,
  onRename,
  onCancel,
}: {
  name: string
  onRename: (name: string) => void
  onCancel: () => void
}) {
  const [text, setText] = useState(name)
  const trimmed = text.trim()
  return (
    <Modal opened onClose={onCancel} title="Rename run" size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (trimmed !== '') onRename(trimmed)
        }}
      >
        <TextInput
          label="Name"
          value={text}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setText(event.currentTarget.value)}
          mb="md"
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" disabled={trimmed === ''}>
            Rename
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
