import { Button } from '@mantine/core'
import { AlertTriangle, Check, Eye, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { assertNever } from '../../core/assert'
import { useApp, useObservable, useOpenProject } from '../AppProvider'
import { KeyHint } from '../controls/KeyHint'
import { timeOfDay } from './timeOfDay'

/** Whether the work is safe: always visible, in words and with a sign, never by colour alone. */
export function SaveBadge() {
  const app = useApp()
  const project = useOpenProject()
  const state = useObservable(project.saveState)
  const [isTakingOver, setTakingOver] = useState(false)
  switch (state.kind) {
    case 'saved':
      return (
        <KeyHint label="Every edit is saved by itself, in this browser" shortcut="mod+s">
          <span className="save-badge">
            <Check size={13} color="var(--good)" aria-hidden /> Saved
          </span>
        </KeyHint>
      )
    case 'saving':
      return (
        <span className="save-badge">
          <LoaderCircle size={13} className="spin" aria-hidden /> Saving …
        </span>
      )
    case 'notSaved':
      return (
        <span className="save-badge save-bad" role="alert">
          <AlertTriangle size={13} aria-hidden />
          <span className="ellipsis" title={state.reason}>
            Not saved since {timeOfDay(state.since)}: {state.reason} Your work is still in this tab.
          </span>
          <Button size="compact-xs" variant="default" onClick={() => void app.projects.saveFile()}>
            Download it
          </Button>
        </span>
      )
    case 'readOnly':
      return (
        <span className="save-badge save-warn">
          <Eye size={13} aria-hidden />
          <span className="ellipsis" title={state.reason}>
            Look only: open in another tab
          </span>
          <Button
            size="compact-xs"
            variant="default"
            loading={isTakingOver}
            onClick={() => {
              setTakingOver(true)
              void project.takeOver().finally(() => setTakingOver(false))
            }}
          >
            Take over
          </Button>
        </span>
      )
    default:
      return assertNever(state)
  }
}
