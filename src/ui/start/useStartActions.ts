import { useCallback, useState } from 'react'
import type { App } from '../../app/app'
import type { ImportIssue } from '../../core/issues'
import type { ProjectId } from '../../domain/records'
import { useApp, useScreen } from '../AppProvider'
import type { Dropped } from '../dropFiles'
import { useTask, type Task } from '../useTask'
import { commonFolder } from './commonFolder'

const NEW_NAME = 'New project'

export interface StartActions {
  readonly task: Task
  /** Faults of the project file opened last. */
  readonly issues: readonly ImportIssue[]
  readonly openFolder: () => void
  readonly openSample: () => void
  readonly openProject: (id: ProjectId) => void
  readonly openFile: () => void
  readonly openDropped: (dropped: Dropped) => void
}

/** What the start screen can do. One thing at a time; a failure is kept to be shown. */
export function useStartActions(): StartActions {
  const app = useApp()
  const screen = useScreen()
  const task = useTask()
  const { start } = task
  const [issues, setIssues] = useState<readonly ImportIssue[]>([])

  const openDropped = useCallback(
    ({ files, folderName }: Dropped) =>
      start(async () => {
        const file = files[0]
        if (file === undefined) return
        if (files.length === 1 && /\.zip$/i.test(file.path)) {
          setIssues(await app.projects.openFile(file))
          return
        }
        await app.projects.create(folderName ?? NEW_NAME)
        screen.addReport.set(await app.images.add(files))
      }),
    [app, screen, start],
  )

  return {
    task,
    issues,
    openDropped,
    openFolder: () =>
      start(async () => {
        await app.projects.create(NEW_NAME)
        const report = await app.images.pickFolder()
        if (report === null) {
          await discardOpenProject(app)
          return
        }
        screen.addReport.set(report)
        const images = app.project.get()?.records.ofType('image') ?? []
        const folder = commonFolder(images.map((image) => image.fileName))
        if (folder !== null) app.projects.rename(folder)
      }),
    openSample: () => start(() => app.projects.openSample()),
    openProject: (id) => start(() => app.projects.open(id)),
    openFile: () =>
      start(async () => {
        setIssues((await app.projects.pickProjectFile()) ?? [])
      }),
  }
}

/** The person closed the picker: the project that was made for its images goes again. */
async function discardOpenProject(app: App): Promise<void> {
  const id = app.project.get()?.id
  await app.projects.close()
  if (id !== undefined) await app.projects.remove(id)
}
