import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** What happened, what is safe, what to do next: an icon, two sentences, one primary button. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="empty">
      <Icon size={32} strokeWidth={1.25} aria-hidden />
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  )
}
