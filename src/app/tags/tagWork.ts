import { AppError } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import { readParams } from '../../core/params'
import type { ClassId, ImageId, RunId, TagRun, TagRunId } from '../../domain/records'
import { tagSet } from '../../domain/tagSet'
import { TAG_PARAMS, type TagParams } from '../../ml/cam/camParams'
import type { ClassifierTraining } from '../../ports/defectClassifier'
import type { TagRequest, WatchedRound } from '../tagsFace'
import { loadModel } from '../training/loadModel'
import type { Workspace } from '../workspace'
import type { LiveTaggingView } from './liveTagging'
import { makeSecondRound } from './makeSecondRound'
import { makeTagMasks } from './makeTagMasks'
import { prepareTagRun, type PreparedTagRun } from './prepareTagRun'
import { loadTagClassifier } from './tagClassifier'
import { newTagRun, putLog, putTagRun, settleTagRun, tagRunOf } from './tagRunRecord'
import { tellAboutTagMasks, tellAboutClassifier } from './tellAboutTags'
import { trainTagClassifier } from './trainTagClassifier'
import { votePolarities } from './votePolarities'
import { watchExtension } from './watchExtension'

/** What a tag run does; loaded with the first one, for a project of boxes needs none of it. */
export interface TagWork {
  generate(id: TagRunId, request: TagRequest, options: JobOptions): Promise<void>
  nextRound(id: TagRunId, studentRunId: RunId, options: JobOptions): Promise<void>
  watch(
    run: TagRun,
    imageId: ImageId,
    classId: ClassId,
    onRound: (round: WatchedRound) => void,
    signal: AbortSignal,
  ): Promise<void>
}

export function createTagWork(
  workspace: Workspace,
  backend: 'webgpu' | 'wasm' | 'cpu' | null,
  view: LiveTaggingView,
  onTraining: (training: ClassifierTraining | null) => void,
): TagWork {
  const { storage, clock } = workspace.services
  const activate = (id: TagRunId): void =>
    workspace.transact('Show masks from labels', 'ledger', {
      put: [{ ...workspace.settings(), activeTagRunId: id }],
    })

  const train = async (
    id: TagRunId,
    prepared: PreparedTagRun,
    options: JobOptions,
  ): Promise<{ readonly seconds: number }> => {
    const startedAt = clock.ticks()
    const set = tagSet(workspace.records())
    const trained = await trainTagClassifier(workspace, set, prepared, backend, view, onTraining, options)
    const classifier = await storage.blobs.put(trained.bytes)
    const { trainingAp, validationAp } = trained
    putTagRun(workspace, { ...tagRunOf(workspace, id), classifier, trainingAp, validationAp })
    tellAboutClassifier(workspace, trained)
    return { seconds: (clock.ticks() - startedAt) / 1000 }
  }

  return {
    generate: async (id, request, options) => {
      const set = tagSet(workspace.records())
      const prepared = await prepareTagRun(workspace, set, request)
      putTagRun(workspace, newTagRun(workspace, id, prepared, set))
      await settleTagRun(
        workspace,
        id,
        async () => {
          const { seconds } = await train(id, prepared, options)
          // From here on its masks are shown as they come.
          activate(id)
          const startedAt = clock.ticks()
          const blank = await loadTagClassifier(workspace, tagRunOf(workspace, id))
          const polarities = await votePolarities(workspace, set, blank, options)
          putTagRun(workspace, { ...tagRunOf(workspace, id), polarities })
          const classifier = { ...blank, polarities }
          const shown = request.makesMasks === false ? { ...set, targets: [], clean: [] } : set
          const counts = await makeTagMasks(workspace, id, shown, classifier, view, options)
          const log = await putLog(workspace, {
            epochs: view.epochs(),
            seconds: { classifier: seconds, masks: (clock.ticks() - startedAt) / 1000 },
          })
          putTagRun(workspace, { ...tagRunOf(workspace, id), log })
          tellAboutTagMasks(workspace, counts)
        },
        options,
      )
    },
    nextRound: async (id, studentRunId, options) => {
      const { activeTagRunId } = workspace.settings()
      if (activeTagRunId === null)
        throw new AppError('train/no-examples', 'there are no masks from labels for a second round')
      const first = tagRunOf(workspace, activeTagRunId)
      const student = workspace.records().get(studentRunId)
      if (student?.type !== 'run') throw new Error(`no run ${studentRunId}`)
      const startedAt = clock.now()
      putTagRun(workspace, {
        ...first,
        id,
        name: `${first.name}, round 2`,
        round: 2,
        studentRunId,
        status: 'running',
        failure: null,
        startedAt,
        seconds: null,
        log: null,
      })
      await settleTagRun(
        workspace,
        id,
        async () => {
          const round = {
            tagRunId: id,
            firstId: first.id,
            targets: tagSet(workspace.records()).targets,
            params: readParams(TAG_PARAMS, first.params).values as unknown as TagParams,
            model: await loadModel(workspace, student),
            studentClassIds: student.classIds,
            polarityOf: new Map(first.classIds.map((classId, k) => [classId, first.polarities[k] ?? 'dark'])),
          }
          await makeSecondRound(workspace, round, view, options)
          // Only now: half a second round would hide the first one's masks of the rest.
          activate(id)
        },
        options,
      )
    },
    watch: async (run, imageId, classId, onRound, signal) => {
      const classifier = await loadTagClassifier(workspace, run)
      await watchExtension(workspace, classifier, workspace.image(imageId), classId, onRound, signal)
    },
  }
}
