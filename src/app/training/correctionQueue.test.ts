import { expect, test } from 'vitest'
import type { Box } from '../../core/geometry'
import { correctionReview } from '../../domain/correctionReview'
import { decisionOf } from '../../domain/live'
import { rleArea } from '../../ml/raster/rle'
import { rleFromBox } from '../../ml/raster/polygon'
import { createMemoryStorage } from '../../storage/memory'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import {
  epochEvent,
  scriptedTrainer,
  TRAINED,
  type Script,
  untilCancelled,
  type ScriptedRun,
} from '../__fakes__/scriptedTrainer'
import { createApp } from '../createApp'

const BOXED = [20, 16, 12, 10] as const
/** A second dark spot, never boxed: 8 x 8 px. */
const MISSED = { x: 44, y: 40, width: 8, height: 8 }

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(isSo()).toBe(true)
}

/** Two pictures of 64 x 64 px, each with a boxed spot whose mask is accepted and a missed one. */
async function project(...scripts: readonly Script[]) {
  const trainer = scriptedTrainer(...scripts)
  const storage = createMemoryStorage({ now: () => '2026-01-01T00:00:00.000Z' })
  const { app } = createApp({ ...fakeServices(storage), newId: () => crypto.randomUUID(), trainer })
  await app.projects.create('Line 3')
  const classId = app.classes.add('Scratch')
  app.propose.chooseGenerator('otsu', {})
  const missed = [MISSED.x, MISSED.y, MISSED.width, MISSED.height] as const
  await app.images.add([picture('a.png', 64, 64, BOXED, missed), picture('b.png', 64, 64, BOXED, missed)])
  const records = () => app.project.get()!.records
  const images = records().ofType('image')
  for (const image of images) app.annotate.addBox(image.id, { x: 17, y: 13, width: 18, height: 16 }, classId)
  await until(() => records().ofType('mask').length === 2 && app.jobs.running.get().length === 0)
  for (const item of app.review.queue()) app.review.accept(item)
  const finds = () => app.review.queue().filter(({ reason }) => reason === 'selfCorrected')
  return { app, records, images, finds, trainer }
}

/** The box of a picture of 64 x 64 px as the loop tells it: on its canvas. */
function correct({ emit, spec }: ScriptedRun, imageIndex: number, boxPx: Box, epoch = 2): void {
  const scale = spec.width / 64
  const rle = rleFromBox(
    { x: boxPx.x * scale, y: boxPx.y * scale, width: boxPx.width * scale, height: boxPx.height * scale },
    spec,
  )
  const areaPx = rleArea(rle)
  emit({ kind: 'correction', epoch, imageIndex, classIndex: 1, rle, areaPx, meanProbability: 0.93 })
}

/** Plays `play` when the training is under way, and holds it until `end`. */
function held(play: (run: ScriptedRun) => void): { script: Script; end: () => void } {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => (end = resolve))
  return {
    end: () => end(),
    script: async (run) => {
      play(run)
      await ended
      return TRAINED
    },
  }
}

test('what self-correction adds is in the queue while the run trains, where it lies, and undo leaves it alone', async () => {
  const { script, end } = held((run) => {
    correct(run, 1, MISSED)
    run.emit(epochEvent(2, 64))
  })
  const { app, images, finds, records } = await project(script)
  const training = app.training.start({})
  await until(() => finds().length === 1)
  expect(app.training.live.get()).toMatchObject({ phase: 'training', finds: { queued: 1, heldBack: 0 } })
  expect(finds()[0]).toMatchObject({
    imageId: images[1]!.id,
    against: null,
    confidence: 0.93,
    mask: { boundsPx: MISSED, areaPx: expect.closeTo(64, -1) as unknown, annotationId: null },
  })
  expect(finds()[0]!.mask.provenance).toMatchObject({ kind: 'selfCorrected', epoch: 2, threshold: 0.9 })
  expect(app.project.get()!.undoLabel()).toBe('Accept mask')
  end()
  const runId = (await training)!
  // The drafts at the end see both missed spots: the one that waits already is not asked about twice.
  expect(app.review.queue().map(({ imageId, reason }) => [imageId, reason])).toEqual(
    expect.arrayContaining([
      [images[0]!.id, 'foundByStudent'],
      [images[1]!.id, 'selfCorrected'],
    ]),
  )
  expect(app.review.queue()).toHaveLength(2)
  app.review.accept(finds()[0]!)
  expect(correctionReview(records(), runId)).toMatchObject({ masks: 1, confirmedShare: 1, openPx: 0 })
})

test('specks, what is marked, what merely extends a mask, and what waits already are held back and counted', async () => {
  const { script, end } = held((run) => {
    correct(run, 0, { x: 2, y: 2, width: 3, height: 3 }) // 9 px
    correct(run, 0, { x: BOXED[0], y: BOXED[1], width: BOXED[2], height: BOXED[3] })
    correct(run, 0, { x: BOXED[0] + BOXED[2], y: BOXED[1], width: 6, height: 10 }) // beside it
    correct(run, 0, MISSED)
    run.emit(epochEvent(2))
    correct(run, 0, MISSED, 3)
    correct(run, 0, { ...MISSED, y: MISSED.y + MISSED.height, height: 6 }, 3) // it grew
    run.emit(epochEvent(3))
  })
  const { app, finds } = await project(script)
  const training = app.training.start({})
  await until(() => app.training.live.get()?.finds.heldBack === 5)
  expect(finds()).toHaveLength(1)
  end()
  await training
})

test('a region that was rejected is not asked about again, and the share of confirmed pixels says so', async () => {
  let play = (_epoch: number): void => {}
  const { script, end } = held((run) => {
    play = (epoch) => {
      correct(run, 0, MISSED, epoch)
      run.emit(epochEvent(epoch))
    }
    play(2)
  })
  const { app, finds, records } = await project(script)
  const training = app.training.start({})
  await until(() => finds().length === 1)
  const [find] = finds()
  app.review.reject(find!, 'notADefect', null)
  play(3)
  await until(() => app.training.live.get()?.finds.heldBack === 1)
  expect(finds()).toEqual([])
  end()
  const runId = (await training)!
  expect(decisionOf(records(), find!.mask.id)?.verdict).toBe('rejected')
  expect(correctionReview(records(), runId)).toMatchObject({ masks: 1, confirmedShare: 0 })
})

test('of many finds in one image the best three of an epoch are asked about, six in all', async () => {
  const { script, end } = held((run) => {
    for (const epoch of [2, 3, 4]) {
      for (let i = 0; i < 4; i++) {
        // Wider ones count more.
        correct(run, 0, { x: 14 * i, y: 30 + 11 * (epoch - 2), width: 4 + i, height: 6 }, epoch)
      }
      run.emit(epochEvent(epoch))
    }
  })
  const { app, finds } = await project(script)
  const training = app.training.start({})
  await until(() => app.training.live.get()?.finds.heldBack === 6)
  expect(finds()).toHaveLength(6)
  expect(finds().every(({ mask }) => mask.boundsPx.width >= 5)).toBe(true)
  end()
  await training
})

test('finds of a run that was cancelled leave the queue, and come back when it goes on', async () => {
  const dying: Script = (run) => {
    correct(run, 0, MISSED)
    run.emit(epochEvent(2))
    return untilCancelled(run, 2)
  }
  const { script, end } = held(() => {})
  const { app, finds, records } = await project(dying, script)
  const started = app.training.start({})
  await until(() => finds().length === 1)
  app.training.cancel()
  expect(await started).toBeNull()
  const run = records().ofType('run')[0]!
  expect(run.status).toBe('cancelled')
  expect(finds()).toEqual([])
  expect(correctionReview(records(), run.id).confirmedShare).toBeNull()
  const resumed = app.training.resumeRun(run.id)
  await until(() => finds().length === 1)
  end()
  expect(await resumed).toBe(true)
})
