import { expect } from 'vitest'
import type { RunId, TrainingRun } from '../../domain/records'
import type { ProjectStorage } from '../../ports/projectStorage'
import { createMemoryStorage } from '../../storage/memory'
import { createApp } from '../createApp'
import type { Services } from '../services'
import { fakeServices, picture } from './fakeServices'
import { scriptedTrainer, type Script } from './scriptedTrainer'

export const DARK = [20, 16, 12, 10] as const
const BOX = { x: 17, y: 13, width: 18, height: 16 }
export const memory = (): ProjectStorage => createMemoryStorage({ now: () => '2026-01-01T00:00:00.000Z' })

/** An application on a storage, whose trainer does what the scripts say, one after the other. Tests only. */
export function appOn(
  storage: ProjectStorage,
  scripts: readonly Script[],
  overrides: Partial<Services> = {},
) {
  const trainer = scriptedTrainer(...scripts)
  const services = { ...fakeServices(storage), newId: () => crypto.randomUUID(), trainer, ...overrides }
  const { app, workspace } = createApp(services)
  const records = () => app.project.get()!.records
  const runOf = (id: RunId) => records().get(id) as TrainingRun
  const onlyRun = () => records().ofType('run')[0]!
  const notices = () => app.notices.get().map(({ title }) => title)
  const stored = () => storage.checkpoints.list(app.project.get()!.id)
  return { app, workspace, trainer, records, runOf, onlyRun, notices, stored }
}

export type OpenedApp = ReturnType<typeof appOn>

/** Waits a moment for what a job brings about. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(isSo()).toBe(true)
}

/** Two pictures with a boxed dark spot and its mask each, one class. */
export async function trainableProject(
  scripts: readonly Script[],
  storage = memory(),
  overrides?: Partial<Services>,
) {
  const opened = appOn(storage, scripts, overrides)
  const { app, records } = opened
  await app.projects.create('Line 3')
  const classId = app.classes.add('Scratch')
  app.propose.chooseGenerator('otsu', {})
  await app.images.add([picture('a.png', 64, 64, DARK), picture('b.png', 64, 64, DARK)])
  const [a, b] = records().ofType('image')
  for (const image of [a!, b!]) app.annotate.addBox(image.id, BOX, classId)
  await until(() => records().ofType('mask').length === 2 && app.jobs.running.get().length === 0)
  return { ...opened, classId, a: a!, b: b!, storage }
}
