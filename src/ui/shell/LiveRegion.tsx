import { notifications } from '@mantine/notifications'
import { useEffect, useRef, useState } from 'react'
import { useApp, useObservable, useProject, useScreen } from '../AppProvider'
import { createCell } from '../../core/observable'
import type { OpenedProject, SaveState } from '../../app/app'
import { saveText } from './saveText'

// Screen readers drop what comes faster.
const AT_MOST_EVERY_MS = 1000
const NO_SAVE_STATE = createCell<SaveState>({ kind: 'saved', at: null })

/** Tells screen readers, politely and at most once a second, what changed: save state, jobs, announcements. */
export function LiveRegion() {
  const app = useApp()
  const screen = useScreen()
  const project = useProject()
  const saveState = useObservable(project?.saveState ?? NO_SAVE_STATE)
  const jobs = useObservable(app.jobs.running)
  const announcement = useObservable(screen.announcement)
  useSavedAnswer(project)

  const job = jobs.find((candidate) => candidate.lane === 'batch')
  const words = [
    project !== null && saveState.kind === 'notSaved' ? saveText(saveState) : '',
    job === undefined ? '' : `${job.title} is running`,
    announcement,
  ]
    .filter((part) => part !== '')
    .join('. ')
  const [spoken, setSpoken] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(words), AT_MOST_EVERY_MS)
    return () => clearTimeout(timer)
  }, [words])
  return (
    <output className="visually-hidden" aria-live="polite">
      {spoken}
    </output>
  )
}

/** Ctrl+S: nothing has to be saved, and the answer says so. */
function useSavedAnswer(project: OpenedProject | null): void {
  const screen = useScreen()
  const asked = useObservable(screen.saveQuestion)
  const answered = useRef(0)
  useEffect(() => {
    if (asked === answered.current || project === null) return
    answered.current = asked
    const state = project.saveState.get()
    notifications.show({
      id: 'save-answer',
      title: saveText(state),
      message:
        state.kind === 'saved' || state.kind === 'saving'
          ? 'Every edit is kept in this browser by itself, within a second.'
          : state.reason,
      color: state.kind === 'notSaved' ? 'red' : 'teal',
      autoClose: 3000,
      withBorder: true,
    })
  }, [asked, project])
}
