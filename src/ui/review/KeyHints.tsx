import { Button, Kbd } from '@mantine/core'

const SINGLE: readonly (readonly [string, string])[] = [
  ['Enter', 'accept'],
  ['X', 'reject, then 1–7 why'],
  ['F', 'fix with the brush'],
  ['U', 'unsure, ignore'],
  ['S', 'before / after'],
  ['Z', 'zoom'],
  ['J K', 'next, previous'],
  ['G', 'grid'],
  ['Ctrl Z', 'take back'],
]
const GRID: readonly (readonly [string, string])[] = [
  ['← → ↑ ↓', 'move'],
  ['Enter', 'accept this one'],
  ['X', 'take it off the page'],
  ['Shift Enter', 'accept the page'],
  ['Esc', 'one by one'],
  ['Ctrl Z', 'take back'],
]

/** The keys, explained once in a line that never covers the work. */
export function KeyHints({ mode, onDismiss }: { mode: 'single' | 'grid'; onDismiss: () => void }) {
  return (
    <div className="key-hints" role="note" aria-label="Keys">
      {(mode === 'grid' ? GRID : SINGLE).map(([keys, meaning]) => (
        <span key={keys}>
          {keys.split(' ').map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}{' '}
          {meaning}
        </span>
      ))}
      <span className="grow" />
      <Button size="compact-xs" variant="default" onClick={onDismiss}>
        Got it
      </Button>
    </div>
  )
}
