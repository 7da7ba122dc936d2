import { Button } from '@mantine/core'
import { GraduationCap, Play, Settings2 } from 'lucide-react'
import { useMemo, useRef, type ReactNode } from 'react'
import type { JsonObject } from '../../core/json'
import { isStudentDraft } from '../../domain/live'
import type { RunId } from '../../domain/records'
import { SETTINGS_ID } from '../../domain/records'
import { useApp, useObservable, useOpenProject, useRecords, useScreen, useSession } from '../AppProvider'
import { EmptyState } from '../controls/EmptyState'
import { FailureNote } from '../controls/FailureNote'
import { useScreenCommands } from '../commands/useScreenCommands'
import { useModels } from '../models/useModels'
import { backboneBlocker, backboneFor } from './backboneChoice'
import { CompareView } from './compare/CompareView'
import { FeatureCachePanel } from './FeatureCachePanel'
import { LiveView } from './LiveView'
import { OperatingPointView } from './operatingPoint/OperatingPointView'
import { RecipePanel } from './RecipePanel'
import { RunList } from './RunList'
import { RunView } from './RunView'
import { trainCommands, type TrainView } from './trainCommands'
import { TrainingSetPanel } from './TrainingSetPanel'
import { useKept } from '../useKept'
import { useTask } from '../useTask'

/** Train from boxes and masks: what a run learns from, its settings, the run under way, and all former runs. `source` switches to labels. */
export function TrainFromMasks({ source }: { source: ReactNode }) {
  const app = useApp()
  const screen = useScreen()
  const models = useModels()
  const { records, version } = useRecords()
  const live = useObservable(app.training.live)
  const shownId = useSession((session) => session.runId)
  const starting = useTask()

  const settings = records.get(SETTINGS_ID)
  const saved: JsonObject = settings?.type === 'settings' ? settings.training : {}
  const activeRunId = settings?.type === 'settings' ? settings.activeRunId : null
  const [values, setValues] = useKept<JsonObject>('TrainScreen.params', () => saved)
  const { students } = app.catalogue
  const recipe = app.training.recipe()
  const student = students.find((each) => each.id === recipe.studentId) ?? students[0]
  const studentId = student?.id ?? ''
  const backboneId =
    student === undefined ? recipe.backboneId : backboneFor(models, student, recipe.backboneId)
  const specs = useMemo(
    () => ({
      ...app.catalogue.trainingParams,
      ...student?.params,
    }),
    [app, student],
  )

  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the summary is a function of the records, told by version
  const summary = useMemo(() => app.training.summary(), [app, version])
  const runs = useMemo(
    () => [...records.ofType('run')].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- version stands for the records
    [records, version],
  )
  const draftsOf = useMemo(() => {
    const counts = new Map<RunId, number>()
    for (const item of app.review.queue()) {
      const { provenance } = item.mask
      if (!isStudentDraft(item.mask) || !('runId' in provenance)) continue
      counts.set(provenance.runId, (counts.get(provenance.runId) ?? 0) + 1)
    }
    return counts
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the queue is a function of the records, told by version
  }, [app, version])

  const shown = runs.find((run) => run.id === shownId) ?? runs[0]
  const [view, setView] = useKept<TrainView>('TrainScreen.view', () => 'curves')
  const [partnerId, setPartnerId] = useKept<RunId | null>('TrainScreen.partner', () => null)
  // The run in use is what a new one is measured against; else the run before it.
  const others = runs.filter((run) => run.id !== shown?.id)
  const partner =
    others.find((run) => run.id === partnerId) ??
    others.find((run) => run.id === activeRunId) ??
    others.find((run) => shown !== undefined && run.startedAt < shown.startedAt) ??
    others[0]
  const isIdle = live === null && shown !== undefined
  const possible: Readonly<Record<TrainView, boolean>> = {
    curves: isIdle,
    threshold: isIdle && shown.model !== null,
    compare: isIdle && partner !== undefined,
  }
  const shownView = possible[view] ? view : 'curves'
  const latest = useRef({ view: shownView, possible, show: setView })
  latest.current = { view: shownView, possible, show: setView }
  const commands = useMemo(
    () =>
      trainCommands({
        view: () => latest.current.view,
        canShow: (wanted) => latest.current.possible[wanted],
        show: (wanted) => latest.current.show(wanted),
      }),
    [],
  )
  useScreenCommands(commands)

  const isReadOnly = useOpenProject().isReadOnly()
  const missing = student === undefined ? null : backboneBlocker(models, student, backboneId)
  const blocker =
    live !== null
      ? 'A training is running.'
      : isReadOnly
        ? 'Another tab is editing this project: take over to train here.'
        : (summary.blocker ?? missing)
  const train = (): void => {
    // The large button of an empty screen is pressed all the same: it leads to what is missing.
    if (missing !== null) return screen.modelsOpen.set(true)
    starting.start(async () => {
      await app.training.start({ studentId, backboneId, params: values })
    })
  }

  return (
    <div className="train">
      <aside className="train-left" aria-label="Training settings">
        <div className="train-scroll scroll">
          {source}
          <TrainingSetPanel summary={summary} />
          <RecipePanel
            models={models}
            students={students}
            studentId={studentId}
            backboneId={backboneId}
            specs={specs}
            values={values}
            disabled={live !== null || isReadOnly}
            onStudent={(id) => app.training.chooseRecipe({ studentId: id, backboneId: recipe.backboneId })}
            onBackbone={(id) => app.training.chooseRecipe({ studentId, backboneId: id })}
            onChange={setValues}
          />
          <FeatureCachePanel
            refreshKey={`${live?.phase ?? 'idle'} ${runs.length}`}
            disabled={live !== null || isReadOnly}
          />
        </div>
        <div className="train-go">
          <FailureNote failure={starting.failure} onDismiss={starting.dismiss} />
          <Button
            fullWidth
            size="compact-md"
            leftSection={<Play size={14} />}
            disabled={blocker !== null}
            aria-describedby={blocker === null ? undefined : 'train-blocker'}
            onClick={train}
          >
            Train
          </Button>
          {blocker !== null && (
            <p id="train-blocker" className="train-blocker" data-calm={live !== null || undefined}>
              {blocker}
            </p>
          )}
          {blocker !== null && blocker === missing && (
            <Button
              fullWidth
              variant="default"
              mt={6}
              leftSection={<Settings2 size={13} />}
              onClick={() => screen.modelsOpen.set(true)}
            >
              Open Models …
            </Button>
          )}
        </div>
      </aside>
      <main className="train-main">
        {live !== null && <LiveView live={live} records={records} />}
        {isIdle && shownView === 'curves' && (
          <RunView
            run={shown}
            isActive={shown.id === activeRunId}
            drafts={draftsOf.get(shown.id) ?? 0}
            isTraining={false}
            onThreshold={() => setView('threshold')}
            onCompare={partner === undefined ? null : () => setView('compare')}
          />
        )}
        {isIdle && shownView === 'threshold' && (
          <OperatingPointView key={shown.id} run={shown} onClose={() => setView('curves')} />
        )}
        {isIdle && shownView === 'compare' && partner !== undefined && (
          <CompareView
            runs={runs}
            a={partner}
            b={shown}
            activeRunId={activeRunId}
            onChoose={(a, b) => {
              setPartnerId(a)
              app.session.setState({ runId: b })
            }}
            onClose={() => setView('curves')}
          />
        )}
        {live === null && shown === undefined && (
          <NothingTrained
            blocker={summary.blocker}
            hasImages={records.ofType('image').length > 0}
            onTrain={train}
          />
        )}
      </main>
      <aside className="panel train-runs" aria-label="Runs">
        <RunList
          runs={runs}
          activeRunId={activeRunId}
          shownRunId={live === null ? (shown?.id ?? null) : live.runId}
          draftsOf={draftsOf}
          liveRunId={live?.runId ?? null}
          onShow={(id) => app.session.setState({ runId: id })}
          onCompare={(id) => {
            // The one on the screen stays; what is chosen stands beside it.
            if (id !== shown?.id) setPartnerId(id)
            setView('compare')
          }}
        />
      </aside>
    </div>
  )
}

/** Before the first run: what a training does, and the one thing to do next. */
function NothingTrained({
  blocker,
  hasImages,
  onTrain,
}: {
  blocker: string | null
  hasImages: boolean
  onTrain: () => void
}) {
  const app = useApp()
  const stage = hasImages ? 'annotate' : 'images'
  return (
    <EmptyState
      icon={GraduationCap}
      title={blocker === null ? 'Ready to train' : blocker}
      action={
        blocker === null ? (
          <Button leftSection={<Play size={13} />} onClick={onTrain}>
            Train
          </Button>
        ) : (
          <Button onClick={() => app.session.setState({ stage })}>
            {hasImages ? 'Go to Annotate' : 'Go to Images'}
          </Button>
        )
      }
    >
      A small student learns from your masks in this tab, corrects what the boxes missed, and drafts masks for
      all other images. They wait in Review: nothing of yours is changed.
    </EmptyState>
  )
}
