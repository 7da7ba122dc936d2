import type { OpenedProject } from '../app/app'
import type { ClassDef, ClassId } from '../domain/records'
import { useOpenProject, useProjectVersion } from './AppProvider'

const lastList = new WeakMap<OpenedProject, readonly ClassDef[]>()

/** The classes in project order. The same array as long as no class changed, so that it may be a dependency. */
export function useClasses(): readonly ClassDef[] {
  useProjectVersion()
  return classesOf(useOpenProject())
}

export function classesOf(project: OpenedProject): readonly ClassDef[] {
  const order = project.records.ofType('project')[0]?.classOrder ?? []
  const list = order.map((id) => project.records.get(id)).filter((record) => record?.type === 'class')
  const last = lastList.get(project)
  if (last !== undefined && last.length === list.length && last.every((one, i) => one === list[i]))
    return last
  lastList.set(project, list)
  return list
}

/** The colour of a class on the canvas; ignore regions and classes that are gone are grey. */
export function colorOf(classes: readonly ClassDef[], classId: ClassId | null): string {
  return classes.find((one) => one.id === classId)?.color ?? IGNORE_COLOR
}

export const IGNORE_COLOR = '#c3c9d2'
