import { CLASS_PALETTE } from '../../domain/classPalette'
import { idOf, type AnyRecord, type ClassDef, type ClassId } from '../../domain/records'
import type { ClassActions } from '../app'
import type { Workspace } from '../workspace'

export function createClassActions(workspace: Workspace): ClassActions {
  const classOf = (id: ClassId): ClassDef => {
    const record = workspace.records().get(id)
    if (record?.type !== 'class') throw new Error(`no class ${id}`)
    return record
  }

  return {
    add: (name) => {
      const project = workspace.project()
      const clean = name.trim()
      const same = workspace
        .records()
        .ofType('class')
        .find((other) => other.name === clean)
      if (same !== undefined) {
        workspace.session.setState({ activeClassId: same.id })
        return same.id
      }
      const record = newClass(workspace, clean, project.classOrder.length)
      workspace.transact(`Add class ${clean}`, 'user', {
        put: [record, { ...project, classOrder: [...project.classOrder, record.id] }],
      })
      workspace.session.setState({ activeClassId: record.id })
      return record.id
    },
    rename: (id, name) => {
      const clean = name.trim()
      if (clean === '') return
      workspace.transact(`Rename class to ${clean}`, 'user', { put: [{ ...classOf(id), name: clean }] })
    },
    recolour: (id, color) =>
      workspace.transact('Recolour class', 'user', { put: [{ ...classOf(id), color }] }),
    merge: (from, into) => {
      const project = workspace.project()
      const put: AnyRecord[] = [{ ...project, classOrder: project.classOrder.filter((id) => id !== from) }]
      const remove: string[] = [from]
      const labels = workspace.records().ofType('imageLabel')
      for (const record of [
        ...workspace.records().ofType('annotation'),
        ...workspace.records().ofType('mask'),
      ]) {
        if (record.classId === from) put.push({ ...record, classId: into })
      }
      for (const label of labels) {
        if (label.classId !== from) continue
        const isThere = labels.some((other) => other.classId === into && other.imageId === label.imageId)
        if (isThere) remove.push(label.id)
        else put.push({ ...label, classId: into })
      }
      workspace.transact(`Merge ${classOf(from).name} into ${classOf(into).name}`, 'user', { put, remove })
      if (workspace.session.getState().activeClassId === from)
        workspace.session.setState({ activeClassId: into })
    },
    counts: (id) => {
      const records = workspace.records()
      const count = (list: readonly { readonly classId: ClassId | null }[]): number =>
        list.reduce((sum, record) => sum + (record.classId === id ? 1 : 0), 0)
      return {
        boxes: count(records.ofType('annotation')),
        masks: count(records.ofType('mask')),
        labels: count(records.ofType('imageLabel')),
      }
    },
    remove: (id) => {
      const project = workspace.project()
      const records = workspace.records()
      const gone = [...records.ofType('annotation'), ...records.ofType('imageLabel')].filter(
        (record) => record.classId === id,
      )
      // Masks stay in the document: a mask whose class is gone is not live, and undo brings it back with the class.
      workspace.transact(`Delete class ${classOf(id).name}`, 'user', {
        put: [{ ...project, classOrder: project.classOrder.filter((other) => other !== id) }],
        remove: [id, ...gone.map((record) => record.id)],
      })
      if (workspace.session.getState().activeClassId === id) {
        workspace.session.setState({ activeClassId: workspace.project().classOrder[0] ?? null })
      }
    },
    move: (id, by) => {
      const project = workspace.project()
      const from = project.classOrder.indexOf(id)
      const to = from + by
      if (from < 0 || to < 0 || to >= project.classOrder.length) return
      const order = project.classOrder.filter((other) => other !== id)
      order.splice(to, 0, id)
      workspace.transact('Reorder classes', 'user', { put: [{ ...project, classOrder: order }] })
    },
  }
}

/** A class record with the next free colour; the caller puts it and appends it to `classOrder`. */
export function newClass(workspace: Workspace, name: string, position: number): ClassDef {
  return {
    id: idOf('class', workspace.services.newId()),
    type: 'class',
    name,
    color: CLASS_PALETTE[position % CLASS_PALETTE.length]!,
    foreign: null,
  }
}
