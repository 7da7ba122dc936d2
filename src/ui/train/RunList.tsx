import { GraduationCap } from 'lucide-react'
import { useState } from 'react'
import type { RunId, TrainingRun } from '../../domain/records'
import { useApp, useOpenProject, useScreen } from '../AppProvider'
import { Section } from '../controls/Section'
import { RenameRunDialog } from './RenameRunDialog'
import { draftAgain, resumeRun, saveModel } from './runActions'
import { RunCard } from './RunCard'

/** All runs, newest first. Every former model stays: going back to one is one click. */
export function RunList({
  runs,
  activeRunId,
  shownRunId,
  draftsOf,
  liveRunId,
  onShow,
  onCompare,
}: {
  runs: readonly TrainingRun[]
  activeRunId: RunId | null
  shownRunId: RunId | null
  /** Unreviewed drafts that a run left in the queue. */
  draftsOf: ReadonlyMap<RunId, number>
  /** The run under way, if any. */
  liveRunId: RunId | null
  onShow: (id: RunId) => void
  onCompare: (id: RunId) => void
}) {
  const app = useApp()
  const screen = useScreen()
  // Another tab may be training: here nothing can be started.
  const isReadOnly = useOpenProject().isReadOnly()
  const [renaming, setRenaming] = useState<TrainingRun | null>(null)

  const removeDrafts = async (run: TrainingRun): Promise<void> => {
    const count = draftsOf.get(run.id) ?? 0
    const isSure = await screen.confirm({
      title: 'Remove drafts',
      message: `${count} unreviewed ${count === 1 ? 'draft' : 'drafts'} of "${run.name}" leave the queue. Accepted masks stay. Undo brings the drafts back.`,
      verb: `Remove ${count} ${count === 1 ? 'draft' : 'drafts'}`,
    })
    if (isSure) app.training.removeDrafts(run.id)
  }

  return (
    <Section title="Runs" aside={<span className="num">{runs.length}</span>}>
      {runs.length === 0 && (
        <div className="runs-empty">
          <GraduationCap size={22} strokeWidth={1.25} aria-hidden />
          <p>No run yet. Each training is kept here with its settings, and you can go back to any of them.</p>
        </div>
      )}
      <ul className="runs">
        {runs.map((run) => (
          <RunCard
            key={run.id}
            run={run}
            isActive={run.id === activeRunId}
            isShown={run.id === shownRunId}
            drafts={draftsOf.get(run.id) ?? 0}
            isTraining={liveRunId !== null || isReadOnly}
            isLive={run.id === liveRunId}
            onShow={() => onShow(run.id)}
            onCompare={runs.length > 1 && liveRunId === null ? () => onCompare(run.id) : null}
            onActivate={() => app.training.activate(run.id)}
            onRename={() => setRenaming(run)}
            onDraft={() => draftAgain(app, run.id)}
            onRemoveDrafts={() => void removeDrafts(run)}
            onSave={() => saveModel(app, run.id)}
            onResume={() => resumeRun(app, run.id)}
          />
        ))}
      </ul>
      {renaming !== null && (
        <RenameRunDialog
          key={renaming.id}
          name={renaming.name}
          onRename={(name) => {
            app.training.renameRun(renaming.id, name)
            setRenaming(null)
          }}
          onCancel={() => setRenaming(null)}
        />
      )}
    </Section>
  )
}
