import { AppError, isAbort, messageOf } from '../../core/errors'
import type { Size } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { RunId } from '../../domain/records'
import { trainingSet, type ImageTarget, type TrainingSet } from '../../domain/trainingSet'
import type { TrainedStudent, TrainingEvent, TrainingExample, TrainingSpec } from '../../ml/training'
import type { TrainingHandle } from '../../ports/trainer'
import { classIndexes, type Workspace } from '../workspace'
import { createCheckpointKeeper } from './checkpointKeeper'
import { createCorrectionQueue } from './correctionQueue'
import type { FrozenProject } from './frozenProject'
import type { LiveView } from './liveView'
import { canvasOf, previewIndexes, tunedWeights, type PreparedRun } from './prepareRun'
import { tellAboutFullCache } from './tellAboutFullCache'

/** A run that has its record, on its way to a network. */
export interface RunSetup {
  readonly id: RunId
  readonly prepared: PreparedRun
  readonly frozen: FrozenProject
  /** The checkpoint to go on from; null: from the start. */
  readonly resumeFrom: Uint8Array<ArrayBuffer> | null
  readonly backend: TrainingSpec['backend']
}

export interface TrainedRun {
  readonly result: TrainedStudent
  readonly canvas: Size
  /** What it was trained on. */
  readonly set: TrainingSet
}

/**
 * Computes the examples of a run's snapshot and trains on them, with everything it tells kept: curves, checkpoints,
 * backend. When the machine fails under it, a GPU lost or a worker dead, it goes on by itself from the last checkpoint on
 * the processor, once; a second failure is the run's. `onHandle` gets the handle of what trains now.
 */
export async function trainRun(
  workspace: Workspace,
  { id, prepared, frozen, resumeFrom, backend }: RunSetup,
  view: LiveView,
  onHandle: (handle: TrainingHandle | null) => void,
  options: JobOptions,
): Promise<TrainedRun> {
  const opened = workspace.open.get()!
  const isWritable = (): boolean => workspace.open.get() === opened && !opened.store.isReadOnly()
  // Another tab may take over the project: then only that one trains.
  const lost = new AbortController()
  const signal = AbortSignal.any([options.signal, lost.signal])

  const { buildExamples, fillEpoch, variantsOf } = await import('./examples')
  const set = trainingSet(frozen.records)
  const canvas = canvasOf(frozen, [...set.train, ...set.validation], prepared)
  const classIndex = classIndexes(frozen.project)
  const build = (targets: readonly ImageTarget[], flips: string): Promise<TrainingExample[]> =>
    buildExamples(
      workspace,
      targets,
      {
        canvas,
        classIndex,
        imageOf: frozen.image,
        variants: variantsOf(flips),
        backboneId: prepared.frozenBackbone?.id ?? null,
      },
      { ...options, signal },
    )
  /** They are given away to the trainer, or thousands of pictures would lie in memory twice. */
  const prepareExamples = async (): Promise<{
    readonly examples: readonly TrainingExample[]
    readonly validation: readonly TrainingExample[]
  }> => ({
    examples: fillEpoch(await build(set.train, prepared.params.flips)),
    validation: await build(set.validation, 'none'),
  })
  let pictures = await prepareExamples()
  await tellAboutFullCache(workspace)
  view.update({ phase: 'training', note: '' })

  const keeper = createCheckpointKeeper(workspace, {
    projectId: opened.storage.projectId,
    runId: id,
    isWritable,
    isOurs: () => !opened.store.isReadOnly(),
  })
  const finds = createCorrectionQueue(workspace, {
    runId: id,
    targets: set.train,
    canvas,
    classIds: prepared.classes.map((record) => record.id),
    threshold: prepared.params.correctionThreshold,
    isWritable,
    onCount: (count) => view.update({ finds: count }),
  })
  const shown = { targets: set.train, sizeOf: frozen.image }
  const onEvent = (event: TrainingEvent): void => {
    if (event.kind === 'checkpoint') keeper.keep(event)
    if (!isWritable()) return lost.abort()
    view.follow(event, shown)
    if (event.kind === 'backend') {
      // Else the first epoch would still show how many pictures were prepared.
      options.onProgress({ done: 0, total: prepared.params.epochs, note: 'First epoch' })
      const run = workspace.records().get(id)
      if (run?.type === 'run')
        workspace.transact('Training run', 'ledger', { put: [{ ...run, backend: event.backend }] })
    }
    if (event.kind === 'correction') finds.add(event)
    if (event.kind === 'epoch') {
      finds.endOfEpoch()
      const done = event.report.epoch + 1
      options.onProgress({ done, total: event.report.epochs, note: `Epoch ${done}` })
    }
  }

  let spec: TrainingSpec = {
    studentId: prepared.student.id,
    classCount: prepared.classes.length,
    levels: prepared.frozenBackbone?.levels ?? [],
    backboneWeights: await tunedWeights(workspace, prepared),
    width: canvas.width,
    height: canvas.height,
    seed: prepared.params.seed,
    params: prepared.values,
    backend,
    resumeFrom,
  }
  try {
    for (let isSecond = false; ; isSecond = true) {
      const handle = workspace.services.trainer.start(
        spec,
        pictures.examples,
        pictures.validation,
        previewIndexes(set.train),
        onEvent,
        { ...options, signal },
      )
      onHandle(handle)
      try {
        return { result: await handle.finished, canvas, set }
      } catch (error) {
        onHandle(null)
        if (signal.aborted || !isMachineFailure(error)) throw error
        if (isSecond) throw machineFailure(error)
        const latest = await keeper.latest()
        workspace.notices.say(
          'warning',
          'The training was interrupted and goes on',
          `${messageOf(error)}. It ${latest === null ? 'starts again' : 'goes on from where it was saved'}, on the processor.`,
        )
        spec = { ...spec, backend: 'wasm', resumeFrom: latest }
        view.update({ phase: 'preparing', note: '' })
        pictures = await prepareExamples()
        view.update({ phase: 'training', note: '' })
      }
    }
  } finally {
    onHandle(null)
    await finds.settled()
    await keeper.settled()
  }
}

/** A lost GPU may reject what it owes with an AbortError: nobody cancelled, so it must not read like that. */
function machineFailure(error: unknown): unknown {
  if (!isAbort(error)) return error
  return new AppError('runtime/worker-crashed', `the trainer stopped: ${messageOf(error)}`, { cause: error })
}

/** Failures of what computes, not of what is computed: the same run may well succeed elsewhere. */
function isMachineFailure(error: unknown): boolean {
  if (!(error instanceof AppError)) return true
  return error.code === 'runtime/worker-crashed' || error.code === 'runtime/out-of-memory'
}
