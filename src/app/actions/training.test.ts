import { describe, expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { fingerprint } from '../../core/fingerprint'
import { isResumable } from '../../domain/resumableRun'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import {
  checkpointEvent,
  epochEvent,
  TRAINED,
  untilCancelled,
  type Script,
  type ScriptedRun,
} from '../__fakes__/scriptedTrainer'
import { appOn, DARK, memory, trainableProject, until } from '../__fakes__/trainableProject'
import type { Services } from '../services'

/** Names the pictures and masks that a run was given. */
const dataOf = ({ examples }: ScriptedRun): string =>
  fingerprint([...new Set(examples)].flatMap(({ pixels, target }) => [pixels.data, target.data]))

const oneEpoch: Script = async ({ emit }) => {
  emit({ kind: 'steps', firstStep: 0, losses: [1] })
  emit(epochEvent(0))
  return TRAINED
}
/** Trains to the end of an epoch, saves, and is never heard of again. */
const neverEnds: Script = ({ emit, spec }) => {
  emit({ kind: 'backend', backend: 'wasm', note: '' })
  for (const epoch of [0, 1, 2]) {
    emit({ kind: 'steps', firstStep: epoch, losses: [1] })
    emit(epochEvent(epoch))
  }
  emit(checkpointEvent(spec, 2))
  return new Promise(() => {})
}
const failing =
  (code: 'runtime/worker-crashed' | 'train/diverged'): Script =>
  async ({ emit, spec }) => {
    emit({ kind: 'backend', backend: 'webgpu', note: '' })
    emit(checkpointEvent(spec, 0))
    throw new AppError(code, 'the trainer lost the GPU: driver reset')
  }

/** A project whose tab died while a run was at its third epoch, opened again. */
async function interrupted(scripts: readonly Script[], overrides?: Partial<Services>) {
  const first = await trainableProject([neverEnds])
  void first.app.training.start({ params: { seed: 4 } })
  await until(() => first.records().ofType('run')[0]?.checkpoint != null)
  const projectId = first.app.project.get()!.id
  await first.app.projects.close()
  const opened = appOn(first.storage, scripts, overrides)
  await opened.app.projects.open(projectId)
  return { ...opened, first, run: opened.onlyRun() }
}

describe('a run whose tab died', () => {
  test('waits at the epoch that was saved, with its curves, and goes on from the very checkpoint', async () => {
    const opened = await interrupted([oneEpoch])
    const { app, run, trainer, first, notices, runOf, stored } = opened
    expect(run).toMatchObject({ status: 'running', checkpoint: { epochsDone: 3 } })
    expect(isResumable(run)).toBe(true)
    expect(notices()).toEqual(['A training run was interrupted'])
    expect(app.notices.get()[0]!.message).toContain('epoch 3 of 30')
    expect((await app.training.seriesOf(run.id))!.epochs.map(({ steps }) => steps)).toEqual([1, 2, 3])
    const bytes = await first.storage.checkpoints.get(app.project.get()!.id, run.id)

    expect(await app.training.resumeRun(run.id)).toBe(true)
    expect(trainer.runs[0]!.spec.resumeFrom).toEqual(bytes)
    expect({ ...trainer.runs[0]!.spec, resumeFrom: null }).toEqual(first.trainer.runs[0]!.spec)
    expect(dataOf(trainer.runs[0]!)).toBe(dataOf(first.trainer.runs[0]!))
    expect(runOf(run.id)).toMatchObject({ status: 'finished', checkpoint: null, failure: null })
    expect(app.project.get()!.records.ofType('settings')[0]!.activeRunId).toBe(run.id)
    expect(await stored()).toEqual([])
  })

  test('goes on with the pictures and masks of its snapshot, and says what changed since', async () => {
    const opened = await interrupted([oneEpoch])
    const { app, workspace, records, run, trainer, first } = opened
    const [a, b] = records().ofType('image')
    workspace.transact('another picture', 'user', { put: [{ ...b!, pixels: a!.pixels }] })
    app.images.remove([a!.id])
    app.classes.remove(run.classIds[0]!)
    expect(await app.training.resumeRun(run.id)).toBe(true)
    expect(dataOf(trainer.runs[0]!)).toBe(dataOf(first.trainer.runs[0]!))
    expect(app.notices.get().at(-1)).toMatchObject({
      title: 'The run goes on with its data as it was',
      message: expect.stringMatching(/^2 images changed or removed since, 1 class deleted since/) as unknown,
    })
    // The student's class is gone: it drafts nothing of it.
    expect(
      records()
        .ofType('mask')
        .filter(({ provenance }) => provenance.kind === 'student'),
    ).toEqual([])
  })

  test('cannot go on without its backbone or with other weights of it, and stays as it is', async () => {
    const { features } = fakeServices()
    for (const [describe_, code] of [
      [() => Promise.reject(new AppError('model/missing', 'not here')), 'model/missing'],
      [
        async () => ({ ...(await features.describe('embedded')), hash: '0'.repeat(64) }),
        'model/incompatible',
      ],
    ] as const) {
      const { app, run, runOf, stored } = await interrupted([oneEpoch], {
        features: { ...features, describe: describe_ },
      })
      expect(await app.training.resumeRun(run.id)).toBe(false)
      expect(app.notices.get().at(-1)).toMatchObject({ kind: 'error', code })
      expect(runOf(run.id)).toEqual(run)
      expect(await stored()).toEqual([run.id])
    }
  })

  test('can be ended with the model it had: it is active, drafts, and nothing is left to resume', async () => {
    const { app, run, runOf, stored, records } = await interrupted([])
    // What was not boxed is found.
    await app.images.add([picture('c.png', 64, 64, DARK)])
    expect(await app.training.keepSoFar(run.id)).toBe(true)
    expect(runOf(run.id)).toMatchObject({ status: 'stopped', checkpoint: null })
    expect(runOf(run.id).model).not.toBeNull()
    expect(records().ofType('settings')[0]!.activeRunId).toBe(run.id)
    expect(app.review.queue().some(({ reason }) => reason === 'foundByStudent')).toBe(true)
    expect((await app.training.seriesOf(run.id))!.epochs).toHaveLength(3)
    expect(await stored()).toEqual([])
  })

  test('can be given up; its record stays', async () => {
    const { app, run, runOf, stored } = await interrupted([])
    await app.training.discardCheckpoint(run.id)
    expect(runOf(run.id)).toMatchObject({ status: 'cancelled', checkpoint: null })
    expect(await stored()).toEqual([])
    expect(await app.training.resumeRun(run.id)).toBe(false)
  })

  test('has lost its checkpoint when the browser has: it says so and does not pretend', async () => {
    const { app, first, run } = await interrupted([])
    const projectId = app.project.get()!.id
    await app.projects.close()
    await first.storage.checkpoints.remove(projectId, run.id)
    const again = appOn(first.storage, [])
    await again.app.projects.open(projectId)
    await until(() => again.onlyRun().status === 'failed')
    expect(again.onlyRun()).toMatchObject({ checkpoint: null })
    expect(again.onlyRun().failure).toContain('not in this browser')
  })

  test('whose checkpoint is refused fails with the reason and can be discarded', async () => {
    const refuse: Script = async () => {
      throw new AppError('train/bad-checkpoint', 'the checkpoint cannot be used: it is damaged')
    }
    const { app, run, runOf } = await interrupted([refuse])
    expect(await app.training.resumeRun(run.id)).toBe(false)
    expect(runOf(run.id)).toMatchObject({
      status: 'failed',
      failure: expect.stringContaining('damaged') as unknown,
    })
    expect(app.notices.get().at(-1)).toMatchObject({ code: 'train/bad-checkpoint' })
    await app.training.discardCheckpoint(run.id)
    expect(isResumable(runOf(run.id))).toBe(false)
  })
})

test('a checkpoint of a run that is over, or of none, is removed when the project opens', async () => {
  const { app, storage } = await trainableProject([oneEpoch])
  const runId = (await app.training.start({}))!
  const projectId = app.project.get()!.id
  await storage.checkpoints.put(projectId, runId, Uint8Array.of(1))
  await app.projects.close()
  const again = appOn(storage, [])
  await again.app.projects.open(projectId)
  for (let i = 0; i < 50 && (await again.stored()).length > 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await again.stored()).toEqual([])
})

test('a cancelled run keeps what is done, and goes on later', async () => {
  const { app, onlyRun, trainer, runOf } = await trainableProject([(run) => untilCancelled(run, 4), oneEpoch])
  const started = app.training.start({})
  await until(() => trainer.runs.length === 1)
  app.training.cancel()
  expect(await started).toBeNull()
  const run = onlyRun()
  expect(run).toMatchObject({ status: 'cancelled', checkpoint: { epochsDone: 5 } })
  expect(await app.training.resumeRun(run.id)).toBe(true)
  expect(runOf(run.id)).toMatchObject({ status: 'finished', checkpoint: null })
})

test('stop keeps the model, and going back to a former one is one step that brings its drafts back', async () => {
  const stopping: Script = async (run) => {
    run.emit(epochEvent(0))
    await run.stopped
    return { ...TRAINED, stoppedEarly: true }
  }
  const { app, trainer, runOf, records } = await trainableProject([oneEpoch, stopping])
  // A dark spot that nobody boxed: every run drafts it.
  await app.images.add([picture('c.png', 64, 64, DARK)])
  const former = (await app.training.start({}))!
  const started = app.training.start({})
  await until(() => trainer.runs.length === 2)
  app.training.stop()
  const latter = (await started)!
  expect(runOf(latter)).toMatchObject({ status: 'stopped', checkpoint: null })
  const inQueue = () =>
    app.review
      .queue()
      .flatMap(({ mask: { provenance } }) => (provenance.kind === 'student' ? [provenance.runId] : []))
  expect(new Set(inQueue())).toEqual(new Set([latter]))
  app.training.activate(former)
  expect(records().ofType('settings')[0]!.activeRunId).toBe(former)
  expect(new Set(inQueue())).toEqual(new Set([former]))
})

test('features that cannot be computed end the run with the reason; the last good model stays active', async () => {
  const { features } = fakeServices()
  let isFull = false
  const extract: typeof features.extract = (...args) =>
    isFull
      ? Promise.reject(new AppError('storage/full', 'no room for the features'))
      : features.extract(...args)
  const { app, records } = await trainableProject([oneEpoch], memory(), {
    features: { ...features, extract },
  })
  const good = (await app.training.start({}))!
  isFull = true
  expect(await app.training.start({})).toBeNull()
  const failed = records()
    .ofType('run')
    .find(({ id }) => id !== good)!
  expect(failed).toMatchObject({ status: 'failed', failure: 'no room for the features', checkpoint: null })
  expect(app.notices.get().at(-1)).toMatchObject({ code: 'storage/full' })
  expect(records().ofType('settings')[0]!.activeRunId).toBe(good)
  expect(app.training.live.get()).toBeNull()
})

test('a GPU lost in mid-epoch: the run goes on by itself on the processor, from the checkpoint, and says so', async () => {
  const { app, trainer, notices, runOf } = await trainableProject([
    failing('runtime/worker-crashed'),
    oneEpoch,
  ])
  const runId = (await app.training.start({}))!
  expect(trainer.runs[1]!.spec).toMatchObject({ backend: 'wasm' })
  expect(trainer.runs[1]!.spec.resumeFrom).toEqual(checkpointEvent(trainer.runs[0]!.spec, 0).bytes)
  expect(notices()).toEqual(['The training was interrupted and goes on'])
  expect(runOf(runId)).toMatchObject({ status: 'finished' })
})

test('a second failure of the machine ends the run resumable; the last good model stays active', async () => {
  const crash = failing('runtime/worker-crashed')
  const { app, trainer, records, notices } = await trainableProject([oneEpoch, crash, crash])
  const good = await app.training.start({})
  expect(await app.training.start({})).toBeNull()
  expect(trainer.runs).toHaveLength(3)
  const failed = records()
    .ofType('run')
    .find(({ id }) => id !== good)!
  expect(failed).toMatchObject({
    status: 'failed',
    failure: expect.stringContaining('driver reset') as unknown,
  })
  expect(isResumable(failed)).toBe(true)
  expect(notices()).toEqual(['The training was interrupted and goes on', 'Train the student failed'])
  expect(records().ofType('settings')[0]!.activeRunId).toBe(good)
})

test('what a lost GPU owes may be rejected like a cancel: it counts as a failure all the same', async () => {
  const lost: Script = () => Promise.reject(new DOMException('the buffer was destroyed', 'AbortError'))
  const { app, trainer, onlyRun } = await trainableProject([lost, lost])
  expect(await app.training.start({})).toBeNull()
  expect(trainer.runs).toHaveLength(2)
  expect(onlyRun()).toMatchObject({
    status: 'failed',
    failure: expect.stringContaining('the buffer was destroyed') as unknown,
  })
})

test('a run that diverges is not tried again by itself; its last checkpoint and the active model stay', async () => {
  const { app, trainer, records, notices, stored } = await trainableProject([
    oneEpoch,
    failing('train/diverged'),
  ])
  const good = await app.training.start({})
  expect(await app.training.start({ params: { learningRate: 0.1 } })).toBeNull()
  expect(trainer.runs).toHaveLength(2)
  const failed = records()
    .ofType('run')
    .find(({ id }) => id !== good)!
  expect(failed.status).toBe('failed')
  expect(await stored()).toEqual([failed.id])
  expect(notices()).toEqual(['Train the student failed'])
  expect(app.notices.get()[0]!.code).toBe('train/diverged')
  expect(records().ofType('settings')[0]!.activeRunId).toBe(good)
})

test('a full disk stops no training: it is told once, and a lost GPU still goes on from the last checkpoint', async () => {
  const storage = memory()
  const put = () => Promise.reject(new AppError('storage/full', 'no room for 3 MB'))
  const twice: Script = async (run) => {
    run.emit(checkpointEvent(run.spec, 0))
    await new Promise((resolve) => setTimeout(resolve, 5))
    run.emit(checkpointEvent(run.spec, 1))
    throw new AppError('runtime/worker-crashed', 'the GPU is lost')
  }
  const { app, trainer, notices, runOf } = await trainableProject([twice, oneEpoch], {
    ...storage,
    checkpoints: { ...storage.checkpoints, put },
  })
  const runId = (await app.training.start({}))!
  expect(notices().filter((title) => title === 'The training cannot be saved on its way')).toHaveLength(1)
  expect(trainer.runs[1]!.spec.resumeFrom).toEqual(checkpointEvent(trainer.runs[0]!.spec, 1).bytes)
  expect(runOf(runId)).toMatchObject({ status: 'finished', checkpoint: null })
})

test('what is changed or removed while a run trains neither disturbs it nor changes what it learns from', async () => {
  let meanwhile = (): void => {}
  const editing: Script = async (run) => {
    meanwhile()
    run.emit({
      kind: 'preview',
      epoch: 0,
      imageIndex: 0,
      width: 32,
      height: 32,
      defect: new Uint8Array(1024),
    })
    run.emit(epochEvent(0))
    return TRAINED
  }
  const { app, a, runOf } = await trainableProject([editing])
  meanwhile = () => app.images.remove([a.id])
  const runId = (await app.training.start({}))!
  expect(runOf(runId).status).toBe('finished')
  expect(runOf(runId).trainImageIds).toContain(a.id)
})
