import { notifications } from '@mantine/notifications'
import { AlertTriangle, CheckCircle2, Info, XCircle } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Notice } from '../../app/app'
import type { Observable } from '../../core/observable'
import { useObservable } from '../AppProvider'
import { helpFor } from '../errorTexts'

const LOOK: Readonly<
  Record<Notice['kind'], { color: string; icon: typeof Info; closeAfterMs: number | false }>
> = {
  info: { color: 'signal', icon: Info, closeAfterMs: 4000 },
  success: { color: 'teal', icon: CheckCircle2, closeAfterMs: 4000 },
  warning: { color: 'yellow', icon: AlertTriangle, closeAfterMs: 8000 },
  // An error stays until somebody has read it.
  error: { color: 'red', icon: XCircle, closeAfterMs: false },
}

/** Shows the application's notices as toasts: what happened, what to do, and the code to quote. */
export function Notices({
  notices,
  dismiss,
}: {
  notices: Observable<readonly Notice[]>
  dismiss: (id: number) => void
}) {
  const list = useObservable(notices)
  const shown = useRef(new Set<number>())
  useEffect(() => {
    // What the application took back, because it is being tried again, goes from the screen too.
    for (const id of shown.current) {
      if (list.some((notice) => notice.id === id)) continue
      shown.current.delete(id)
      notifications.hide(`notice-${id}`)
    }
    for (const notice of list) {
      if (shown.current.has(notice.id)) continue
      shown.current.add(notice.id)
      const { color, icon: Icon, closeAfterMs } = LOOK[notice.kind]
      notifications.show({
        id: `notice-${notice.id}`,
        title: notice.title,
        message: <NoticeText notice={notice} />,
        color,
        icon: <Icon size={15} aria-hidden />,
        autoClose: closeAfterMs,
        role: notice.kind === 'error' ? 'alert' : 'status',
        withBorder: true,
        onClose: () => dismiss(notice.id),
      })
    }
  }, [list, dismiss])
  return null
}

function NoticeText({ notice }: { notice: Notice }) {
  const help = helpFor(notice.code)
  return (
    <>
      {notice.message}
      {help !== null && <div>{help}</div>}
      {notice.code !== null && (
        <div className="num" style={{ marginTop: 4, userSelect: 'text' }}>
          {notice.code}
        </div>
      )}
    </>
  )
}
