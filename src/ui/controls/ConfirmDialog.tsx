import { Button, Group, Modal, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Asks before something big. Cancel has the focus, so Enter does nothing bad; `verb` says what will happen. */
export function ConfirmDialog({
  opened,
  title,
  children,
  verb,
  isDanger = true,
  onConfirm,
  onCancel,
}: {
  opened: boolean
  title: string
  /** What is affected, with counts. */
  children: ReactNode
  /** The button, for example "Delete 14 masks". */
  verb: string
  isDanger?: boolean
  onConfirm: () => void
  onCancel: () => void
}) {
  return (
    // In front of any dialog that asks.
    <Modal opened={opened} onClose={onCancel} title={title} size="sm" role="alertdialog" zIndex={300}>
      <Text component="div" size="sm" mb="md" style={{ lineHeight: 1.5 }}>
        {children}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={onCancel}>
          Cancel
        </Button>
        <Button color={isDanger ? 'red.9' : 'signal'} onClick={onConfirm}>
          {verb}
        </Button>
      </Group>
    </Modal>
  )
}
