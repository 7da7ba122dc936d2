import { Button, Kbd, TextInput } from '@mantine/core'
import { Check, CircleHelp, PencilLine, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { RejectReason } from '../../domain/records'
import { Section } from '../controls/Section'
import { REJECT_REASONS } from './reviewWords'

/** Accept, reject with a reason, fix, unsure: the buttons of the keys Enter, X, F and U. */
export function DecisionPanel({
  rejecting,
  canAccept,
  isReadOnly,
  onAccept,
  onAskReject,
  onReject,
  onTypeReason,
  onStopRejecting,
  onFix,
  onUnsure,
}: {
  rejecting: 'no' | 'reason' | 'words'
  canAccept: boolean
  isReadOnly: boolean
  onAccept: () => void
  onAskReject: () => void
  onReject: (reason: RejectReason, note: string | null) => void
  onTypeReason: () => void
  onStopRejecting: () => void
  onFix: () => void
  onUnsure: () => void
}) {
  if (rejecting !== 'no') {
    return (
      <Section
        title="Why is it wrong?"
        aside={
          <Button size="compact-xs" variant="subtle" color="gray" onClick={onStopRejecting}>
            Back
          </Button>
        }
      >
        {rejecting === 'words' ? (
          <ReasonInWords onReject={(note) => onReject('other', note)} />
        ) : (
          <div className="reasons">
            {REJECT_REASONS.map(({ reason, label }, i) => (
              <button
                key={reason}
                type="button"
                className="reason"
                onClick={() => (reason === 'other' ? onTypeReason() : onReject(reason, null))}
              >
                <Kbd>{i + 1}</Kbd> {label}
              </button>
            ))}
          </div>
        )}
        <p className="reason-note">The mask is kept as rejected: undo brings it back.</p>
      </Section>
    )
  }
  return (
    <Section title="Decide">
      <div className="decide">
        <Decision
          icon={<Check size={15} />}
          label="Accept"
          keyText="Enter"
          isPrimary
          disabled={isReadOnly || !canAccept}
          title={canAccept ? undefined : 'Nothing was found here: paint it with Fix, or reject it'}
          onClick={onAccept}
        />
        <Decision
          icon={<X size={15} />}
          label="Reject …"
          keyText="X"
          disabled={isReadOnly}
          onClick={onAskReject}
        />
        <Decision
          icon={<PencilLine size={14} />}
          label="Fix"
          keyText="F"
          disabled={isReadOnly}
          onClick={onFix}
        />
        <Decision
          icon={<CircleHelp size={14} />}
          label="Unsure"
          keyText="U"
          disabled={isReadOnly}
          title="Leaves this region out of training and of all numbers"
          onClick={onUnsure}
        />
      </div>
    </Section>
  )
}

function Decision({
  icon,
  label,
  keyText,
  isPrimary = false,
  disabled,
  title,
  onClick,
}: {
  icon: ReactNode
  label: string
  keyText: string
  isPrimary?: boolean
  disabled: boolean
  title?: string | undefined
  onClick: () => void
}) {
  return (
    <Button
      variant={isPrimary ? 'filled' : 'default'}
      justify="space-between"
      leftSection={icon}
      rightSection={<Kbd>{keyText}</Kbd>}
      disabled={disabled}
      title={title}
      // The focus stays on the picture, where the next key is expected.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      {label}
    </Button>
  )
}

function ReasonInWords({ onReject }: { onReject: (note: string) => void }) {
  const [note, setNote] = useState('')
  const trimmed = note.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (trimmed !== '') onReject(trimmed)
      }}
    >
      <TextInput
        label="Reason"
        value={note}
        // The person has just pressed the key that asks for words.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button type="submit" fullWidth mt={8} disabled={trimmed === ''}>
        Reject
      </Button>
    </form>
  )
}
