import { notifications } from '@mantine/notifications'
import { XCircle } from 'lucide-react'
import { AppError, isAbort, messageOf } from '../../core/errors'
import { helpFor } from '../errorTexts'

/** Tells why something that a person did had no effect, where no place on the screen waits for the answer. */
export function showFailure(title: string, error: unknown): void {
  if (isAbort(error)) return
  const code = error instanceof AppError ? error.code : null
  const help = helpFor(code)
  notifications.show({
    id: `failure-${title}`,
    title,
    message: (
      <>
        {messageOf(error)}
        {help !== null && <div>{help}</div>}
        {code !== null && <div className="num">{code}</div>}
      </>
    ),
    color: 'red',
    icon: <XCircle size={15} aria-hidden />,
    autoClose: false,
    withBorder: true,
    role: 'alert',
  })
}

/** A short hint that goes by itself: why a tool did nothing. */
export function showHint(title: string, message: string): void {
  notifications.show({
    id: `hint-${title}`,
    title,
    message,
    color: 'signal',
    autoClose: 3500,
    withBorder: true,
  })
}
