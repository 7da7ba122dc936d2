import { idOf, type ImageId, type ImageRecord, type ImageStatus } from '../../domain/records'
import type { PickedFile } from '../../ports/files'
import type { AddImagesReport, ImageActions, LabelPreview } from '../app'
import { visibleImages } from '../imageOrder'
import type { ImageFilter } from '../sessionStore'
import type { Workspace } from '../workspace'
import { createSorting } from './sortImages'

const ATTENTION: readonly ImageStatus[] = ['unseen', 'inProgress']

export function createImageActions(workspace: Workspace): ImageActions {
  let memo: { version: number; filter: ImageFilter; ids: readonly ImageId[] } | null = null

  const visible = (): readonly ImageId[] => {
    const version = workspace.store().version()
    const { filter } = workspace.session.getState()
    if (memo === null || memo.version !== version || memo.filter !== filter) {
      memo = { version, filter, ids: visibleImages(workspace.records(), filter) }
    }
    return memo.ids
  }

  const goTo = (id: ImageId): void => {
    const { imageId, viewport } = workspace.session.getState()
    if (imageId === id) return
    const before = imageId === null ? undefined : workspace.records().get(imageId)
    const after = workspace.image(id)
    // The view stays between images of one size, as an inspector compares the same spot.
    const keepsView =
      before?.type === 'image' && before.width === after.width && before.height === after.height
    workspace.session.setState({ imageId: id, selection: [], viewport: keepsView ? viewport : null })
  }

  const add = async (files: readonly PickedFile[]): Promise<AddImagesReport> => {
    // Reading files is code that the first paint does not need.
    const { addImages } = await import('../addImages')
    const outcome = await workspace.jobs.run({ title: 'Add images', lane: 'batch' }, (options) =>
      addImages(workspace, files, options),
    )
    const report = outcome.kind === 'done' ? outcome.value : { added: 0, alreadyThere: 0, issues: [] }
    if (workspace.session.getState().imageId === null) {
      const first = visible()[0]
      if (first !== undefined) goTo(first)
    }
    return report
  }

  const change = (label: string, ids: readonly ImageId[], edit: (image: ImageRecord) => ImageRecord): void =>
    workspace.transact(label, 'user', { put: ids.map((id) => edit(workspace.image(id))) })

  // Label files are code that the first paint does not need.
  const previewLabels = async (file: PickedFile): Promise<LabelPreview> => {
    const { previewLabelFile } = await import('../labelFile')
    return previewLabelFile(workspace, file)
  }

  return {
    ...createSorting(workspace),
    previewLabels,
    pickLabels: async () => {
      const files = await workspace.services.files.pickFiles({ accept: '.json,.csv', multiple: false })
      return files?.[0] === undefined ? null : previewLabels(files[0])
    },
    saveLabels: async () => {
      const { saveLabelFile } = await import('../labelFile')
      return saveLabelFile(workspace)
    },
    add,
    pickFolder: async () => {
      const files = await workspace.services.files.pickFolder()
      return files === null ? null : add(files)
    },
    pickFiles: async () => {
      const files = await workspace.services.files.pickFiles({
        accept: '.png,.jpg,.jpeg,.bmp,.webp',
        multiple: true,
      })
      return files === null ? null : add(files)
    },
    remove: (ids) => {
      const going = new Set(ids)
      const { imageId } = workspace.session.getState()
      if (imageId !== null && going.has(imageId)) {
        const order = visible()
        const at = order.indexOf(imageId)
        const next = [...order.slice(at + 1), ...order.slice(0, at).reverse()].find((id) => !going.has(id))
        workspace.session.setState({ imageId: next ?? null, selection: [] })
      }
      workspace.transact(ids.length === 1 ? 'Remove image' : `Remove ${ids.length} images`, 'user', {
        remove: ids,
      })
    },
    setStatus: (ids, status) =>
      change(`Mark ${ids.length === 1 ? 'image' : `${ids.length} images`}`, ids, (image) => ({
        ...image,
        status,
      })),
    setSplit: (ids, split) => change('Set split', ids, (image) => ({ ...image, split })),
    toggleLabel: (ids, classId) => {
      const labels = workspace.records().ofType('imageLabel')
      const existing = labels.filter((label) => label.classId === classId && ids.includes(label.imageId))
      if (existing.length === ids.length) {
        workspace.transact('Remove image label', 'user', { remove: existing.map((label) => label.id) })
        return
      }
      const labelled = new Set(existing.map((label) => label.imageId))
      workspace.transact('Add image label', 'user', {
        put: ids
          .filter((id) => !labelled.has(id))
          .flatMap((imageId) => {
            const image = workspace.image(imageId)
            const label = {
              id: idOf('imageLabel', workspace.services.newId()),
              type: 'imageLabel' as const,
              imageId,
              classId,
              presence: 'present' as const,
              source: 'human' as const,
            }
            return image.status === 'unseen' || image.status === 'confirmedClean'
              ? [label, { ...image, status: 'inProgress' as const }]
              : [label]
          }),
      })
    },
    visible,
    step: (by, attention) => {
      const order = visible()
      const { imageId } = workspace.session.getState()
      const at = imageId === null ? -1 : order.indexOf(imageId)
      for (let i = at + by; i >= 0 && i < order.length; i += by) {
        const id = order[i]!
        if (attention && !ATTENTION.includes(workspace.image(id).status)) continue
        goTo(id)
        return
      }
    },
    goTo,
  }
}
