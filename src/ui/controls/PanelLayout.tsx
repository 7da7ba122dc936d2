import type { ReactNode } from 'react'

/** A screen with a middle that fills the window and a panel of sections at the right. */
export function PanelLayout({
  label,
  panel,
  children,
}: {
  /** Name of the panel for assistive technology. */
  label: string
  panel: ReactNode
  children: ReactNode
}) {
  return (
    <div className="with-panel">
      <main style={{ minWidth: 0, minHeight: 0, position: 'relative' }}>{children}</main>
      <aside className="panel" aria-label={label}>
        {panel}
      </aside>
    </div>
  )
}
