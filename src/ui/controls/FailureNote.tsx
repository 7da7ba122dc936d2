import { CloseButton } from '@mantine/core'
import { XCircle } from 'lucide-react'
import { AppError, messageOf } from '../../core/errors'
import './failure.css'
import { helpFor } from '../errorTexts'

/** Why an action of this screen did not succeed: what failed, what to do, and the code to quote. Null shows nothing. */
export function FailureNote({ failure, onDismiss }: { failure: unknown; onDismiss: () => void }) {
  if (failure === null) return null
  const code = failure instanceof AppError ? failure.code : null
  const help = helpFor(code)
  return (
    <div className="failure" role="alert">
      <XCircle size={14} color="var(--bad)" aria-hidden />
      <div>
        <p>{messageOf(failure)}</p>
        {help !== null && <p className="mute">{help}</p>}
        {code !== null && <p className="num">{code}</p>}
      </div>
      <CloseButton size="xs" aria-label="Dismiss" onClick={onDismiss} />
    </div>
  )
}
