import { isDuplicateBox, checkDrawnBox, moveBoxInside } from '../../domain/boxRules'
import { clipBox, type Box } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import { clicksOutOfReach } from '../../domain/clickRules'
import { currentMaskOf, currentMasksOfImage } from '../../domain/live'
import {
  idOf,
  type AnyRecord,
  type BoxAnnotation,
  type ClassId,
  type ImageId,
  type ImageRecord,
  type MaskId,
  type PseudoMask,
  type ReviewDecision,
} from '../../domain/records'
import { rleFromPatch, rleArea, rleBounds } from '../../ml/raster/rle'
import type { AnnotateActions, ProposeActions } from '../app'
import type { Workspace } from '../workspace'
import { createClickActions } from './clicks'

/** How far a pasted box moves so that it does not hide the original on the same image. */
const PASTE_OFFSET_PX = 12

export function createAnnotateActions(
  workspace: Workspace,
  propose: ProposeActions,
  stepOn: () => void,
): AnnotateActions {
  let clipboard: readonly BoxAnnotation[] = []

  const box = (id: string): BoxAnnotation | null => {
    const record = workspace.records().get(id)
    return record?.type === 'annotation' ? record : null
  }
  const boxes = (ids: readonly string[]): BoxAnnotation[] => ids.map(box).filter((record) => record !== null)

  const newBox = (imageId: ImageId, classId: ClassId, boxPx: Box): BoxAnnotation => ({
    id: idOf('annotation', workspace.services.newId()),
    type: 'annotation',
    kind: 'box',
    imageId,
    classId,
    boxPx,
    source: 'human',
    createdAt: workspace.services.clock.now(),
    foreign: null,
  })

  const clicksLeftBehind = (record: BoxAnnotation, boxPx: Box): string[] => {
    const clicks = workspace.records().clicksOf(record.id)
    return clicksOutOfReach(clicks, boxPx, workspace.image(record.imageId)).map((click) => click.id)
  }

  /** Puts boxes as one step and starts their proposals. */
  const putBoxes = (label: string, imageId: ImageId, made: readonly BoxAnnotation[]): void => {
    workspace.transact(label, 'user', { put: [...made, ...touched(workspace.image(imageId))] })
    workspace.session.setState({ selection: made.map((record) => record.id) })
    for (const record of made) void propose.box(record.id)
  }

  const storeMask = async (
    input: Pick<PseudoMask, 'imageId' | 'classId' | 'annotationId' | 'role' | 'provenance'>,
    patch: BinaryMask,
    boundsPx: Box,
  ): Promise<PseudoMask> => {
    const rle = rleFromPatch(patch, boundsPx, workspace.image(input.imageId))
    const pixels = await workspace.pictures.putRle(rle)
    return {
      ...input,
      id: idOf('mask', workspace.services.newId()),
      type: 'mask',
      pixels,
      areaPx: rleArea(rle),
      boundsPx: rleBounds(rle),
      isUnresolved: false,
      quality: { predictedIou: null, stability: null, tightness: null },
      createdAt: workspace.services.clock.now(),
      foreign: null,
    }
  }

  return {
    addBox: (imageId, boxPx, classId) => {
      const verdict = checkDrawnBox(boxPx, workspace.image(imageId))
      if (verdict.kind !== 'ok') {
        const message =
          verdict.kind === 'sliver' ? 'The box is thinner than 2 px.' : 'The box lies outside the image.'
        workspace.notices.say('info', 'No box made', `${message} Drag a rectangle around the defect.`)
        return null
      }
      const others = workspace
        .records()
        .ofImage('annotation', imageId)
        .filter((other) => other.classId === classId)
      if (
        isDuplicateBox(
          verdict.boxPx,
          others.map((other) => other.boxPx),
        )
      ) {
        workspace.notices.say('info', 'No box made', 'The same box is already there.')
        return null
      }
      const made = newBox(imageId, classId, verdict.boxPx)
      putBoxes('Draw box', imageId, [made])
      return made.id
    },
    setBox: (id, boxPx) => {
      const record = box(id)
      if (record === null) return
      const verdict = checkDrawnBox(boxPx, workspace.image(record.imageId))
      if (verdict.kind !== 'ok') return
      workspace.transact('Change box', 'user', {
        put: [{ ...record, boxPx: verdict.boxPx }],
        remove: clicksLeftBehind(record, verdict.boxPx),
      })
      void propose.box(id)
    },
    ...createClickActions(workspace, propose),
    nudge: (ids, delta) => {
      const moved = boxes(ids).map((record) => ({
        ...record,
        boxPx: moveBoxInside(record.boxPx, delta, workspace.image(record.imageId)),
      }))
      if (moved.length > 0)
        workspace.transact(
          'Nudge',
          'user',
          { put: moved, remove: moved.flatMap((record) => clicksLeftBehind(record, record.boxPx)) },
          { coalesce: `nudge:${ids.join()}` },
        )
    },
    setClass: (ids, classId) => {
      const put: AnyRecord[] = []
      for (const id of ids) {
        const record = workspace.records().get(id)
        if (record?.type === 'annotation') {
          put.push({ ...record, classId })
          for (const mask of workspace.records().masksOf(record.id)) {
            if (mask.classId !== null && mask.classId !== classId) put.push({ ...mask, classId })
          }
        } else if (record?.type === 'mask' && record.role === 'defect') put.push({ ...record, classId })
      }
      const unique = [...new Map(put.map((record) => [record.id, record])).values()]
      if (unique.length > 0) workspace.transact('Change class', 'user', { put: unique })
    },
    remove: (ids) => {
      if (ids.length === 0) return
      workspace.transact(ids.length === 1 ? 'Delete object' : `Delete ${ids.length} objects`, 'user', {
        remove: ids,
      })
      const gone = new Set<string>(ids)
      workspace.session.setState((state) => ({ selection: state.selection.filter((id) => !gone.has(id)) }))
    },
    copy: (ids) => {
      clipboard = boxes(ids)
    },
    paste: (imageId) => {
      const image = workspace.image(imageId)
      const made = clipboard.flatMap((source) => {
        const shift = source.imageId === imageId ? PASTE_OFFSET_PX : 0
        const boxPx = clipBox(
          { ...source.boxPx, x: source.boxPx.x + shift, y: source.boxPx.y + shift },
          image,
        )
        return boxPx === null ? [] : [newBox(imageId, source.classId, boxPx)]
      })
      if (made.length > 0)
        putBoxes(`Paste ${made.length} ${made.length === 1 ? 'box' : 'boxes'}`, imageId, made)
      return made.map((record) => record.id)
    },
    copyFromPrevious: (imageId) => {
      const order = workspace.records().ofType('image')
      const at = order.findIndex((image) => image.id === imageId)
      const previous = order[at - 1]
      if (previous === undefined) return []
      const made = workspace
        .records()
        .ofImage('annotation', previous.id)
        .flatMap((source) => {
          const boxPx = clipBox(source.boxPx, workspace.image(imageId))
          return boxPx === null ? [] : [newBox(imageId, source.classId, boxPx)]
        })
      if (made.length > 0) putBoxes("Copy the previous image's boxes", imageId, made)
      return made.map((record) => record.id)
    },
    tighten: (ids) => {
      const put = boxes(ids).flatMap((record) => {
        const mask = currentMaskOf(workspace.records(), record.id)
        return mask === null || mask.areaPx === 0 ? [] : [{ ...record, boxPx: mask.boundsPx }]
      })
      if (put.length > 0) workspace.transact('Tighten to mask', 'user', { put })
    },
    addIgnoreRegion: async (imageId, patch, boundsPx) => {
      const mask = await storeMask(
        {
          imageId,
          classId: null,
          annotationId: null,
          role: 'ignore',
          provenance: { kind: 'drawn', tool: 'brush' },
        },
        patch,
        boundsPx,
      )
      workspace.transact('Paint ignore region', 'user', { put: [mask] })
      return mask.id
    },
    savePainted: async ({ imageId, classId, parentId, annotationId, patch, boundsPx, tool }) => {
      const mask = await storeMask(
        {
          imageId,
          classId,
          annotationId,
          role: 'defect',
          provenance:
            parentId === null ? { kind: 'drawn', tool: 'brush' } : { kind: 'edited', parentId, tool },
        },
        patch,
        boundsPx,
      )
      const put: AnyRecord[] = [mask, acceptedBy(workspace, mask.id), ...touched(workspace.image(imageId))]
      if (parentId !== null) put.push(replacedBy(workspace, parentId, mask.id))
      workspace.transact(tool === 'brush' ? 'Paint mask' : 'Erase from mask', 'user', { put })
      return mask.id
    },
    markDoneAndStep: (imageId) => {
      const image = workspace.image(imageId)
      const records = workspace.records()
      const hasMarks =
        records.ofImage('annotation', imageId).length > 0 ||
        records.ofImage('imageLabel', imageId).some((label) => label.presence === 'present') ||
        currentMasksOfImage(records, imageId).length > 0
      workspace.transact(hasMarks ? 'Mark done' : 'Confirm clean', 'user', {
        put: [{ ...image, status: hasMarks ? 'doneDefects' : 'confirmedClean' }],
      })
      stepOn()
    },
  }
}

/** An image becomes "in progress" with its first mark; a confirmed-clean one that gets a mark no longer is clean. */
function touched(image: ImageRecord): ImageRecord[] {
  return image.status === 'unseen' || image.status === 'confirmedClean'
    ? [{ ...image, status: 'inProgress' }]
    : []
}

export function acceptedBy(workspace: Workspace, maskId: MaskId): AnyRecord {
  return {
    id: idOf('decision', workspace.services.newId()),
    type: 'decision',
    maskId,
    verdict: 'accepted',
    reason: null,
    note: null,
    replacementId: null,
    isAudit: false,
    decidedAt: workspace.services.clock.now(),
  }
}

/** The former mask stays as history; what stood for its box is now the replacement. */
export function replacedBy(workspace: Workspace, maskId: MaskId, replacementId: MaskId): ReviewDecision {
  return {
    id: idOf('decision', workspace.services.newId()),
    type: 'decision',
    maskId,
    verdict: 'replaced',
    reason: null,
    note: null,
    replacementId,
    isAudit: false,
    decidedAt: workspace.services.clock.now(),
  }
}
