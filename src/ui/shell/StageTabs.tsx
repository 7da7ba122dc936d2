import { useRef, type KeyboardEvent } from 'react'
import { STAGES } from '../../app/sessionStore'
import { useApp, useSession } from '../AppProvider'

/** The six stages as tabs: one tab stop, arrows move, Home and End jump. */
export function StageTabs() {
  const app = useApp()
  const current = useSession((state) => state.stage)
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent): void => {
    const at = STAGES.findIndex((stage) => stage.id === current)
    const to =
      event.key === 'ArrowRight'
        ? (at + 1) % STAGES.length
        : event.key === 'ArrowLeft'
          ? (at + STAGES.length - 1) % STAGES.length
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? STAGES.length - 1
              : null
    const next = to === null ? undefined : STAGES[to]
    if (next === undefined) return
    event.preventDefault()
    app.session.setState({ stage: next.id })
    list.current?.querySelector<HTMLElement>(`#stage-tab-${next.id}`)?.focus()
  }
  return (
    <div ref={list} className="stage-tabs" role="tablist" aria-label="Stages" tabIndex={-1} onKeyDown={move}>
      {STAGES.map((stage) => (
        <button
          key={stage.id}
          id={`stage-tab-${stage.id}`}
          type="button"
          role="tab"
          aria-selected={stage.id === current}
          aria-controls="stage-panel"
          tabIndex={stage.id === current ? 0 : -1}
          onClick={() => app.session.setState({ stage: stage.id })}
        >
          {stage.label}
        </button>
      ))}
    </div>
  )
}
