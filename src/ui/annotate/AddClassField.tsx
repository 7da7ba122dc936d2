import { useState } from 'react'
import { useApp, useScreen } from '../AppProvider'

// Stable, so that it runs once, when the field appears.
const focusField = (field: HTMLInputElement | null): void => field?.focus()

/** Enter adds the class and waits for the next one; Escape or an empty Enter ends. */
export function AddClassField({ onClose, canClose }: { onClose: () => void; canClose: boolean }) {
  const app = useApp()
  const screen = useScreen()
  const [name, setName] = useState('')
  const add = (): void => {
    const clean = name.trim()
    if (clean === '') {
      if (canClose) onClose()
      return
    }
    app.classes.add(clean)
    screen.announcement.set(`Class ${clean} added`)
    setName('')
  }
  return (
    <div className="class-add">
      <input
        ref={focusField}
        className="field"
        aria-label="New class name"
        placeholder="Class name, then Enter"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={() => {
          if (name.trim() !== '') add()
          if (canClose) onClose()
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') add()
          if (event.key === 'Escape') {
            setName('')
            if (canClose) onClose()
          }
        }}
      />
    </div>
  )
}
