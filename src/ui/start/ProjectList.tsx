import { ActionIcon, Button, Loader } from '@mantine/core'
import { ImageOff, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ProjectSummary } from '../../app/app'
import type { ProjectId } from '../../domain/records'
import { useApp, useScreen } from '../AppProvider'
import { FailureNote } from '../controls/FailureNote'
import { KeyHint } from '../controls/KeyHint'
import { useTask } from '../useTask'
import type { ProjectListState } from './useProjectList'

/** One row a project: picture, name, how far it is, when it was touched; opens with a click, deletes after asking. */
export function ProjectList({
  list,
  isBusy,
  onOpen,
}: {
  list: ProjectListState
  isBusy: boolean
  onOpen: (id: ProjectId) => void
}) {
  const app = useApp()
  const screen = useScreen()
  const removal = useTask()
  const { projects, failure, refresh } = list

  if (failure !== null) {
    return (
      <>
        <FailureNote failure={failure} onDismiss={refresh} />
        <Button variant="default" onClick={refresh}>
          Try again
        </Button>
      </>
    )
  }
  if (projects === null) return <Loader size="sm" role="status" aria-label="Reading the list of projects" />
  if (projects.length === 0)
    return <p className="mute start-none">Nothing here yet: your first project appears in this list.</p>

  const remove = async (summary: ProjectSummary): Promise<void> => {
    const isSure = await screen.confirm({
      title: `Delete “${summary.name}”?`,
      message: `${countText(summary.imageCount, 'image')} (${summary.doneCount} done) with all boxes, masks and trained models leave this browser. This cannot be undone. The original files stay where they are.`,
      verb: 'Delete project',
    })
    if (!isSure) return
    await app.projects.remove(summary.projectId)
    refresh()
  }

  return (
    <>
      <FailureNote failure={removal.failure} onDismiss={removal.dismiss} />
      <ul className="projects">
        {projects.map((summary) => (
          <li key={summary.projectId} className="project">
            <button type="button" disabled={isBusy} onClick={() => onOpen(summary.projectId)}>
              <ProjectThumbnail summary={summary} />
              <span className="project-words">
                <strong className="ellipsis">{summary.name}</strong>
                <span className="num">
                  {countText(summary.imageCount, 'image')} · {summary.doneCount} done
                </span>
              </span>
              <time className="num" dateTime={summary.updatedAt}>
                {dateText(summary.updatedAt)}
              </time>
            </button>
            <KeyHint label="Delete this project …">
              <ActionIcon
                variant="subtle"
                color="gray"
                size={28}
                aria-label={`Delete ${summary.name}`}
                onClick={() => removal.start(() => remove(summary))}
              >
                <Trash2 size={14} />
              </ActionIcon>
            </KeyHint>
          </li>
        ))}
      </ul>
    </>
  )
}

function ProjectThumbnail({ summary }: { summary: ProjectSummary }) {
  const app = useApp()
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    let made: string | null = null
    let isCurrent = true
    const show = (jpeg: Uint8Array<ArrayBuffer> | null): void => {
      if (!isCurrent || jpeg === null) return
      made = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }))
      setUrl(made)
    }
    // Without its picture the row is still complete: name, counts and date come from the list.
    app.projects.thumbnail(summary).then(show, () => setUrl(null))
    return () => {
      isCurrent = false
      if (made !== null) URL.revokeObjectURL(made)
    }
  }, [app, summary])
  return (
    <span className="project-picture">
      {url === null ? <ImageOff size={16} strokeWidth={1.25} aria-hidden /> : <img src={url} alt="" />}
    </span>
  )
}

function countText(count: number, noun: string): string {
  return `${count.toLocaleString()} ${count === 1 ? noun : `${noun}s`}`
}

function dateText(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime())
    ? iso
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
