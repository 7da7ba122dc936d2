import { Button } from '@mantine/core'
import { FileArchive, FolderOpen, Images, Play, ShieldCheck } from 'lucide-react'
import { useCallback } from 'react'
import { useApp, useObservable } from '../AppProvider'
import { DropZone } from '../controls/DropZone'
import { FailureNote } from '../controls/FailureNote'
import { IssueTable } from '../controls/IssueTable'
import { ProgressRow } from '../controls/ProgressRow'
import type { Dropped } from '../dropFiles'
import { ProjectList } from '../start/ProjectList'
import { StorageMeter } from '../start/StorageMeter'
import '../start/start.css'
import { useProjectList } from '../start/useProjectList'
import { useStartActions } from '../start/useStartActions'

/** No project is open: open a folder, try the sample, or go on with one of this browser's projects. */
export function StartScreen() {
  const app = useApp()
  const jobs = useObservable(app.jobs.running)
  const list = useProjectList()
  const { task, issues, openFolder, openSample, openProject, openFile, openDropped } = useStartActions()
  const latest = list.projects?.[0]
  const drop = useCallback((dropped: Dropped) => openDropped(dropped), [openDropped])

  return (
    <main className="start scroll">
      <DropZone
        invitation="Drop images, a folder or a project file"
        onDrop={drop}
        onFailure={(error) => task.start(() => Promise.reject(error))}
      />
      <div className="start-inner">
        <header className="start-head">
          <Mark />
          <div>
            <h1>Maskwright</h1>
            <p className="mute">Boxes and tags in, trustworthy defect masks out.</p>
          </div>
        </header>

        <div className="start-choices">
          <button
            type="button"
            className="start-choice start-first"
            disabled={task.isBusy}
            onClick={openFolder}
          >
            <FolderOpen size={22} strokeWidth={1.5} aria-hidden />
            <strong>Open a folder</strong>
            <span>Surface images as PNG, JPEG, BMP or WebP</span>
          </button>
          <button type="button" className="start-choice" disabled={task.isBusy} onClick={openSample}>
            <Images size={22} strokeWidth={1.5} aria-hidden />
            <strong>Try the sample</strong>
            <span>Three surfaces, three kinds of defect, some boxes drawn</span>
          </button>
          <button
            type="button"
            className="start-choice"
            disabled={task.isBusy || latest === undefined}
            onClick={() => latest !== undefined && openProject(latest.projectId)}
          >
            <Play size={22} strokeWidth={1.5} aria-hidden />
            <strong>Continue</strong>
            <span className="ellipsis">
              {latest === undefined ? 'No project in this browser yet' : latest.name}
            </span>
          </button>
        </div>
        <p className="start-promise">
          <ShieldCheck size={15} color="var(--good)" aria-hidden /> Images stay on this computer.
          <span className="mute">
            {' '}
            Nothing is uploaded, there is no account. Dropping files anywhere works too.
          </span>
        </p>

        <FailureNote failure={task.failure} onDismiss={task.dismiss} />
        {jobs.map((job) => (
          <ProgressRow
            key={job.id}
            title={job.title}
            progress={job.progress}
            secondsLeft={job.secondsLeft}
            onCancel={job.canCancel ? () => app.jobs.cancel(job.id) : null}
          />
        ))}
        {issues.length > 0 && <IssueTable issues={issues} />}

        <section aria-labelledby="start-projects">
          <header className="start-section">
            <h2 id="start-projects">Projects in this browser</h2>
            <Button
              variant="default"
              leftSection={<FileArchive size={13} />}
              disabled={task.isBusy}
              onClick={openFile}
            >
              Open project file
            </Button>
          </header>
          <ProjectList list={list} isBusy={task.isBusy} onOpen={openProject} />
        </section>
        <StorageMeter refreshKey={list.projects?.length ?? 0} />
      </div>
    </main>
  )
}

/** The sign of the application: a box whose inside became a mask. */
function Mark() {
  return (
    <svg width="40" height="40" viewBox="0 0 40 40" aria-hidden>
      <rect
        x="4"
        y="6"
        width="32"
        height="28"
        rx="2"
        fill="none"
        stroke="#3a9eec"
        strokeWidth="2"
        strokeDasharray="5 3"
      />
      <path
        d="M11 24c1-6 4-10 8-11s7 1 9 4 2 7-1 9-6 1-9 2-8 1-7-4z"
        fill="#3a9eec"
        fillOpacity="0.45"
        stroke="#93cdf9"
        strokeWidth="1.5"
      />
    </svg>
  )
}
