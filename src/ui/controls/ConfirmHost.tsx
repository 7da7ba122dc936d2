import { lazy, Suspense, useState } from 'react'
import { useObservable, useScreen } from '../AppProvider'
import type { Question } from '../screenServices'

const ConfirmDialog = lazy(() =>
  import('./ConfirmDialog').then((module) => ({ default: module.ConfirmDialog })),
)

/** Shows the question that `screen.confirm(...)` asked; stands once, in the root. */
export function ConfirmHost() {
  const screen = useScreen()
  const question = useObservable(screen.question)
  // The dialog fades out with its last words instead of turning empty.
  const [last, setLast] = useState<Question | null>(null)
  if (question !== null && question !== last) setLast(question)
  if (last === null) return null
  return (
    <Suspense>
      <ConfirmDialog
        opened={question !== null}
        title={last.title}
        verb={last.verb}
        isDanger={last.isDanger ?? true}
        onConfirm={() => screen.answer(true)}
        onCancel={() => screen.answer(false)}
      >
        {last.message}
      </ConfirmDialog>
    </Suspense>
  )
}
