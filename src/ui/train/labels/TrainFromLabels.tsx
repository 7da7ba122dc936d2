import { Button } from '@mantine/core'
import { GraduationCap, Layers, Play, Tags, Wand2 } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import type { JsonObject } from '../../../core/json'
import type { TagActions } from '../../../app/tagsFace'
import type { TagRunId } from '../../../domain/records'
import { useApp, useObservable, useOpenProject, useRecords } from '../../AppProvider'
import { useScreenCommands } from '../../commands/useScreenCommands'
import { EmptyState } from '../../controls/EmptyState'
import { FailureNote } from '../../controls/FailureNote'
import { ParamForm } from '../../controls/ParamForm'
import { Section } from '../../controls/Section'
import { useKept } from '../../useKept'
import { useTask } from '../../useTask'
import { LabelSetPanel } from './LabelSetPanel'
import { labelCommands } from './labelCommands'
import './labels.css'
import { LiveTags } from './LiveTags'
import { TagRunList } from './TagRunList'
import { TagRunView } from './TagRunView'
import { useTags } from './useTags'
import { WatchDialog } from './WatchDialog'

/** Train from image labels: what the labels say, how they become masks, the run under way, and all former ones. */
export function TrainFromLabels({
  source,
  onTrainFromMasks,
}: {
  source: ReactNode
  onTrainFromMasks: () => void
}) {
  const { tags, failure } = useTags()
  if (tags !== null) return <Ready tags={tags} source={source} onTrainFromMasks={onTrainFromMasks} />
  return (
    <div className="train">
      <aside className="train-left" aria-label="Training settings">
        {source}
        <FailureNote failure={failure} onDismiss={() => undefined} />
      </aside>
    </div>
  )
}

function Ready({
  tags,
  source,
  onTrainFromMasks,
}: {
  tags: TagActions
  source: ReactNode
  onTrainFromMasks: () => void
}) {
  const app = useApp()
  const { records, version } = useRecords()
  const live = useObservable(tags.live)
  const training = useObservable(app.training.live)
  const isReadOnly = useOpenProject().isReadOnly()
  const work = useTask()
  const [values, setValues] = useKept<JsonObject>('TrainFromLabels.params', () => tags.settings())
  const [shownId, setShownId] = useKept<TagRunId | null>('TrainFromLabels.run', () => null)
  const [watchedId, setWatchedId] = useKept<TagRunId | null>('TrainFromLabels.watched', () => null)

  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the summary is a function of the records, told by version
  const summary = useMemo(() => tags.summary(), [tags, version])
  const runs = useMemo(
    () => [...records.ofType('tagRun')].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- version stands for the records
    [records, version],
  )
  const shown = runs.find((run) => run.id === shownId) ?? runs[0]
  const watched = runs.find((run) => run.id === watchedId)
  const isRunning = live !== null || training !== null || work.isBusy
  const busy = training !== null ? 'A training is running.' : isRunning ? 'Masks are being made.' : null
  const readOnly = isReadOnly ? 'Another tab is editing this project: take over to work here.' : null
  const blocker = busy ?? readOnly ?? summary.blocker

  const change = (next: JsonObject): void => {
    setValues(next)
    tags.choose(next)
  }
  const generate = (): void =>
    work.start(async () => {
      const id = await tags.generate({ params: values })
      if (id !== null) setShownId(id)
    })
  const wholeRecipe = (): void => {
    work.start(async () => {
      await tags.trainRecipe({ params: values }, { ...app.training.recipe() })
    })
  }
  const commands = useMemo(
    () => labelCommands({ canGenerate: () => blocker === null, generate }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- made anew with what it stands for
    [blocker, values],
  )
  useScreenCommands(commands)

  return (
    <div className="train labels">
      <aside className="train-left" aria-label="Settings of masks from labels">
        <div className="train-scroll scroll">
          {source}
          <LabelSetPanel summary={summary} records={records} />
          {tags.paramGroups.map(({ title, specs }) => (
            <Section key={title} title={title}>
              <ParamForm
                specs={specs}
                values={values}
                onChange={(changed) => change({ ...values, ...changed })}
                disabled={isRunning || isReadOnly}
              />
            </Section>
          ))}
        </div>
        <div className="train-go">
          <FailureNote failure={work.failure} onDismiss={work.dismiss} />
          <Button
            fullWidth
            size="compact-md"
            leftSection={<Wand2 size={14} />}
            disabled={blocker !== null}
            aria-describedby={blocker === null ? undefined : 'labels-blocker'}
            onClick={generate}
          >
            Generate masks from labels
          </Button>
          <Button
            fullWidth
            variant="default"
            mt={6}
            leftSection={<Layers size={13} />}
            disabled={blocker !== null}
            title="Masks, a student, masks of the additional round, and the student again from its initial weights"
            onClick={wholeRecipe}
          >
            Masks and student, both rounds
          </Button>
          {blocker !== null && (
            <p id="labels-blocker" className="train-blocker" data-calm={busy !== null || undefined}>
              {blocker}
            </p>
          )}
          {blocker !== null && blocker === summary.blocker && (
            <Button
              fullWidth
              variant="default"
              mt={6}
              leftSection={<Tags size={13} />}
              onClick={() => app.session.setState({ stage: 'images', imagesMode: 'sort' })}
            >
              Sort images …
            </Button>
          )}
        </div>
      </aside>
      <main className="train-main">
        {live !== null && <LiveTags live={live} tags={tags} records={records} />}
        {live === null && shown !== undefined && (
          <TagRunView
            key={shown.id}
            run={shown}
            tags={tags}
            records={records}
            isBusy={isRunning || isReadOnly}
            onWatch={() => setWatchedId(shown.id)}
            onTrainFromMasks={onTrainFromMasks}
          />
        )}
        {live === null && shown === undefined && (
          <EmptyState
            icon={GraduationCap}
            title={summary.blocker ?? 'Ready to make masks'}
            action={
              summary.blocker === null ? (
                <Button leftSection={<Play size={13} />} disabled={blocker !== null} onClick={generate}>
                  Generate masks from labels
                </Button>
              ) : (
                <Button onClick={() => app.session.setState({ stage: 'images', imagesMode: 'sort' })}>
                  Sort images
                </Button>
              )
            }
          >
            Sort the images into clean and defective; a classifier learns what the defective ones have and the
            clean ones have not, and where it looks becomes a mask. The masks wait in Review; boxes you drew
            always win.
          </EmptyState>
        )}
      </main>
      <aside className="panel train-runs" aria-label="Masks from labels so far">
        <TagRunList
          runs={runs}
          tags={tags}
          records={records}
          shownId={live === null ? (shown?.id ?? null) : live.tagRunId}
          isBusy={isRunning || isReadOnly}
          onShow={setShownId}
          onWatch={setWatchedId}
        />
      </aside>
      {watched !== undefined && live === null && (
        <WatchDialog run={watched} tags={tags} records={records} onClose={() => setWatchedId(null)} />
      )}
    </div>
  )
}
