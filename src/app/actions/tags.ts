import type { JobOptions } from '../../core/job'
import { idOf, type RunId, type TagRun, type TagRunId } from '../../domain/records'
import { tagSet, type TagSet } from '../../domain/tagSet'
import { CAM_PARAMS, CLASSIFIER_PARAMS, PSEUDO_LABEL_PARAMS } from '../../ml/cam/camParams'
import type { ClassifierTraining } from '../../ports/defectClassifier'
import type { TagActions, TagRequest, TagRunLog } from '../tagsFace'
import { createLiveTagging } from '../tags/liveTagging'
import type { TagWork } from '../tags/tagWork'
import type { TrainingActions } from '../trainingFace'
import type { Workspace } from '../workspace'

export function createTagActions(
  workspace: Workspace,
  training: TrainingActions,
  backend: 'webgpu' | 'wasm' | 'cpu' | null,
): TagActions {
  const view = createLiveTagging()
  let classifier: ClassifierTraining | null = null
  let cancel: (() => void) | null = null
  let memo: { version: number; set: TagSet } | null = null

  const set = (): TagSet => {
    const version = workspace.store().version()
    if (memo?.version !== version) memo = { version, set: tagSet(workspace.records()) }
    return memo.set
  }
  /** Its code is fetched with the first masks. */
  const work = async (): Promise<TagWork> => {
    const { createTagWork } = await import('../tags/tagWork')
    return createTagWork(workspace, backend, view, (current) => {
      classifier = current
    })
  }
  const runOf = (id: TagRunId): TagRun => {
    const run = workspace.records().get(id)
    if (run?.type !== 'tagRun') throw new Error(`no tag run ${id}`)
    return run
  }

  /** One at a time, as a job that the screen can cancel. Null when it did not come to its end. */
  const underWay = async (
    title: string,
    job: (id: TagRunId, options: JobOptions) => Promise<void>,
  ): Promise<TagRunId | null> => {
    if (view.cell.get() !== null) return null
    const id = idOf('tagRun', workspace.services.newId())
    view.begin(id)
    const outcome = await workspace.jobs.run({ title, lane: 'batch' }, async (options) => {
      const controller = new AbortController()
      options.signal.addEventListener('abort', () => controller.abort(), { once: true })
      cancel = () => controller.abort()
      await job(id, { ...options, signal: controller.signal })
    })
    classifier = null
    cancel = null
    view.end()
    return outcome.kind === 'done' ? id : null
  }

  const generate = async (request: TagRequest): Promise<TagRunId | null> => {
    const { blocker } = set().summary
    if (blocker !== null) {
      workspace.notices.say('warning', 'Masks cannot be made from labels', blocker)
      return null
    }
    return underWay('Masks from image labels', async (id, options) =>
      (await work()).generate(id, request, options),
    )
  }

  const nextRound = (studentRunId: RunId): Promise<TagRunId | null> =>
    underWay('Masks of the additional round', async (id, options) =>
      (await work()).nextRound(id, studentRunId, options),
    )

  return {
    paramGroups: [
      { title: 'Classifier', specs: CLASSIFIER_PARAMS },
      { title: 'Activation map', specs: CAM_PARAMS },
      { title: 'Masks', specs: PSEUDO_LABEL_PARAMS },
    ],
    live: view.cell,
    summary: () => set().summary,
    settings: () => workspace.settings().tagging,
    choose: (params) =>
      workspace.transact('Choose how labels become masks', 'ledger', {
        put: [{ ...workspace.settings(), tagging: params }],
      }),
    generate,
    stopTraining: () => classifier?.stop(),
    cancel: () => cancel?.(),
    nextRound,
    trainRecipe: async (request, trainingRequest) => {
      if ((await generate(request)) === null) return null
      const first = await training.start({ ...trainingRequest, recipe: 'cam' })
      if (first === null || (await nextRound(first)) === null) return null
      return training.start({ ...trainingRequest, recipe: 'cam' })
    },
    activate: (id) =>
      workspace.transact('Show masks from labels', 'ledger', {
        put: [{ ...workspace.settings(), activeTagRunId: id }],
      }),
    removeMasks: (id) => {
      const records = workspace.records()
      const masks = records
        .ofType('mask')
        .filter(
          ({ id: maskId, provenance }) =>
            provenance.kind === 'cam' &&
            provenance.tagRunId === id &&
            records.decisionsOf(maskId).length === 0,
        )
      const label = `Remove ${masks.length} ${masks.length === 1 ? 'mask' : 'masks'} from labels`
      workspace.transact(label, 'user', { remove: masks.map((mask) => mask.id) })
    },
    logOf: async (id) => {
      const { log } = runOf(id)
      if (log === null) return null
      // Our own bytes, proved by their hash.
      const bytes = await workspace.services.storage.blobs.get(log)
      return JSON.parse(new TextDecoder().decode(bytes)) as TagRunLog
    },
    watch: async (id, imageId, classId, onRound, signal) =>
      (await work()).watch(runOf(id), imageId, classId, onRound, signal),
  }
}
