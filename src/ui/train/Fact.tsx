import type { LucideIcon } from 'lucide-react'

/** A line of a list of facts: a sign, what is counted, how many. Nothing there is dimmed. */
export function Fact({
  icon: Icon,
  swatch,
  label,
  count,
  text,
}: {
  icon?: LucideIcon
  /** A class's colour instead of an icon. */
  swatch?: string
  label: string
  count: number
  /** Shown instead of the bare count. */
  text?: string
}) {
  return (
    <li className={count === 0 ? 'mute' : undefined}>
      {Icon !== undefined && <Icon size={13} strokeWidth={1.75} aria-hidden />}
      {swatch !== undefined && <i className="fact-swatch" style={{ background: swatch }} aria-hidden />}
      <span>{label}</span>
      <span className="num">{text ?? count}</span>
    </li>
  )
}
