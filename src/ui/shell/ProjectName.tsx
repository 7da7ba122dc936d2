import { useState } from 'react'
import { useApp, useOpenProject, useRecords } from '../AppProvider'
import { KeyHint } from '../controls/KeyHint'

// Stable, so that it runs once, when the field appears.
const selectAll = (field: HTMLInputElement | null): void => field?.select()

/** The project's name; a click turns it into a field. Enter keeps, Escape takes back. */
export function ProjectName() {
  const app = useApp()
  const { records } = useRecords()
  const project = useOpenProject()
  const name = records.ofType('project')[0]?.name ?? 'Untitled'
  const [draft, setDraft] = useState<string | null>(null)
  if (draft === null) {
    return (
      <h1 className="project-name">
        <KeyHint label="Rename the project">
          <button type="button" disabled={project.isReadOnly()} onClick={() => setDraft(name)}>
            <span className="ellipsis">{name}</span>
          </button>
        </KeyHint>
      </h1>
    )
  }
  const keep = (): void => {
    const clean = draft.trim()
    if (clean !== '' && clean !== name) app.projects.rename(clean)
    setDraft(null)
  }
  return (
    <input
      className="inline-field"
      aria-label="Project name"
      value={draft}
      ref={selectAll}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') setDraft(null)
      }}
    />
  )
}
