import { createMemoryStorage } from '../../storage/memory'
import { currentMaskOf } from '../../domain/live'
import type { PseudoMask } from '../../domain/records'
import type { App } from '../app'
import { createApp } from '../createApp'
import { fakeSegmenter, type FakeSegmenter } from './fakeSegmenter'
import { fakeServices, picture } from './fakeServices'

const DARK = [20, 16, 12, 10] as const
/** Around the dark spot of every picture, as roughly as people draw. */
export const ROUGH_BOX = { x: 17, y: 13, width: 18, height: 16 }
/** A point on the dark spot. */
export const INSIDE = { x: 26.5, y: 21.5 }

/** Lets every promise, timer of zero and job come to its end. */
export async function settled(app: App): Promise<void> {
  for (let calm = 0, turns = 0; calm < 3 && turns < 1000; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    const isBusy = app.jobs.running.get().length > 0 || app.propose.pending.get().size > 0
    calm = isBusy ? 0 : calm + 1
  }
}

/** A project of pictures with one dark spot each, one class, and a segmenter in memory. */
export async function openProject(segmenter: FakeSegmenter = fakeSegmenter(), images = 1) {
  const storage = createMemoryStorage({ now: () => '2026-01-01T00:00:00.000Z' })
  const { app, workspace } = createApp({ ...fakeServices(storage), segmenter })
  await app.projects.create('Line 3')
  const classId = app.classes.add('Scratch')
  const names = Array.from({ length: images }, (_, i) => `${i}.png`)
  await app.images.add(names.map((name) => picture(name, 64, 64, DARK)))
  const records = () => app.project.get()!.records
  return { app, workspace, segmenter, classId, records, image: records().ofType('image')[0]! }
}

type Opened = Awaited<ReturnType<typeof openProject>>

/** The same with a rough box on the first picture and its mask. */
export async function boxed(segmenter?: FakeSegmenter) {
  const opened = await openProject(segmenter)
  const box = opened.app.annotate.addBox(opened.image.id, ROUGH_BOX, opened.classId)!
  await settled(opened.app)
  const mask = (): PseudoMask => currentMaskOf(opened.records(), box)!
  return { ...opened, box, mask }
}

/** True when the box's mask covers the pixel. */
export async function covers({ app }: Opened, mask: PseudoMask, x: number, y: number): Promise<boolean> {
  const { boundsPx, mask: patch } = await app.pictures.loadMask(mask.id)
  const column = x - boundsPx.x
  const row = y - boundsPx.y
  const isInside = column >= 0 && row >= 0 && column < patch.width && row < patch.height
  return isInside && patch.data[row * patch.width + column] === 1
}
