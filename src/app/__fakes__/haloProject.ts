import type { TrainingRun } from '../../domain/records'
import { createApp } from '../createApp'
import { fakeServices, picture } from './fakeServices'

const DARK = [20, 16, 12, 10] as const
const BOX = { x: 17, y: 13, width: 18, height: 16 }

/**
 * Two boxed training images and `reviewed` images of the validation split, each with an accepted spot of 12 x 10 = 120 px.
 * The student is sure of the spot (.95) and less so of 2 px around it (16 x 14 - 120 = 104 px, .605).
 */
export async function haloProject(reviewed: number, nameOf = (i: number): string => `part${100 + i}.png`) {
  const services = fakeServices()
  const { app, workspace } = createApp({
    ...services,
    studentRunner: { run: async (_key, _onnx, _features, pixels) => haloStudent(pixels) },
  })
  await app.projects.create('Line 3')
  const classId = app.classes.add('Scratch')
  app.propose.chooseGenerator('otsu', {})
  const names = Array.from({ length: reviewed }, (_, i) => nameOf(i))
  await app.images.add(['a.png', 'b.png', ...names].map((name) => picture(name, 64, 64, DARK)))
  const records = () => app.project.get()!.records
  const images = records().ofType('image')
  const validation = images.slice(2)
  app.images.setSplit(
    validation.map((image) => image.id),
    'val',
  )
  for (const image of images) app.annotate.addBox(image.id, BOX, classId)
  await settled(app)
  app.review.acceptAll(app.review.queue())
  const runId = (await app.training.start({ params: { epochs: 1 } }))!
  const run = (): TrainingRun => records().get(runId) as TrainingRun
  return { app, workspace, services, records, runId, run, validation }
}

/** .95 where it is darker than 100, .605 within 2 px of that, .055 elsewhere. */
function haloStudent(pixels: { width: number; height: number; data: Uint8ClampedArray }) {
  const { width, height } = pixels
  const isDark = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && pixels.data[(y * width + x) * 4]! < 100
  const near = (x: number, y: number): boolean => {
    for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) if (isDark(x + dx, y + dy)) return true
    return false
  }
  const plane = width * height
  const defect = new Float32Array(plane)
  const classes = new Float32Array(plane * 2)
  for (let p = 0; p < plane; p++) {
    const x = p % width
    const y = (p - x) / width
    defect[p] = isDark(x, y) ? 0.95 : near(x, y) ? 0.605 : 0.055
    classes[p] = 1 - defect[p]!
    classes[plane + p] = defect[p]!
  }
  return { width, height, classes, defect }
}

async function settled(app: Awaited<ReturnType<typeof createApp>>['app']): Promise<void> {
  for (let i = 0; i < 400 && (app.jobs.running.get().length > 0 || app.propose.pending.get().size > 0); i++)
    await new Promise((resolve) => setTimeout(resolve, 5))
}
