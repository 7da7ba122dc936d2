import {
  idOf,
  type AnyRecord,
  type ImageRecord,
  type RejectReason,
  type ReviewDecision,
  type Verdict,
} from '../../domain/records'
import { reviewQueue, type ReviewItem } from '../../domain/reviewQueue'
import { rleArea, rleBounds, rleFromPatch } from '../../ml/raster/rle'
import type { ReviewActions, ReviewProgress } from '../app'
import type { Workspace } from '../workspace'
import { acceptedBy, replacedBy } from './annotate'

/** A pause longer than this is not counted as work (product-conventions.md §7). */
const LONGEST_PAUSE_MS = 5000

export function createReviewActions(workspace: Workspace): ReviewActions {
  let memo: { version: number; queue: readonly ReviewItem[] } | null = null
  let lastDecisionAt: number | null = null
  let activeMs = 0
  let timedDecisions = 0

  const queue = (): readonly ReviewItem[] => {
    const version = workspace.store().version()
    if (memo?.version !== version) memo = { version, queue: reviewQueue(workspace.records()) }
    return memo.queue
  }

  const keepTime = (): void => {
    const now = workspace.services.clock.ticks()
    if (lastDecisionAt !== null) {
      activeMs += Math.min(now - lastDecisionAt, LONGEST_PAUSE_MS)
      timedDecisions++
    }
    lastDecisionAt = now
  }

  const decide = (
    item: ReviewItem,
    verdict: Verdict,
    reason: RejectReason | null,
    note: string | null,
  ): ReviewDecision => ({
    id: idOf('decision', workspace.services.newId()),
    type: 'decision',
    maskId: item.mask.id,
    verdict,
    reason,
    note,
    replacementId: null,
    isAudit: item.isAudit,
    decidedAt: workspace.services.clock.now(),
  })

  /** Accept replaces the former mask and keeps it as history. */
  const acceptance = (item: ReviewItem): AnyRecord[] => {
    const put: AnyRecord[] = [decide(item, 'accepted', null, null)]
    if (item.against !== null) put.push(replacedBy(workspace, item.against.id, item.mask.id))
    return put
  }

  /** Images on which everything is decided and something is accepted are done. */
  const withStatus = (items: readonly ReviewItem[], put: readonly AnyRecord[]): AnyRecord[] => {
    const images = new Map<string, ImageRecord>()
    for (const item of items) {
      const image = workspace.image(item.imageId)
      if (image.status === 'unseen' || image.status === 'confirmedClean')
        images.set(image.id, { ...image, status: 'inProgress' })
    }
    return [...put, ...images.values()]
  }

  return {
    queue,
    accept: (item) => {
      keepTime()
      workspace.transact('Accept mask', 'user', { put: withStatus([item], acceptance(item)) })
    },
    reject: (item, reason, note) => {
      keepTime()
      workspace.transact('Reject mask', 'user', { put: [decide(item, 'rejected', reason, note)] })
    },
    unsure: (item) => {
      keepTime()
      workspace.transact('Unsure: ignore region', 'user', { put: [decide(item, 'unsure', 'unsure', null)] })
    },
    fix: async (item, patch, boundsPx, tool) => {
      keepTime()
      const rle = rleFromPatch(patch, boundsPx, workspace.image(item.imageId))
      const pixels = await workspace.pictures.putRle(rle)
      const fixed = {
        ...item.mask,
        id: idOf('mask', workspace.services.newId()),
        pixels,
        areaPx: rleArea(rle),
        boundsPx: rleBounds(rle),
        isUnresolved: false,
        quality: { predictedIou: null, stability: null, tightness: null },
        provenance: { kind: 'edited' as const, parentId: item.mask.id, tool },
        createdAt: workspace.services.clock.now(),
      }
      const put: AnyRecord[] = [
        fixed,
        acceptedBy(workspace, fixed.id),
        { ...replacedBy(workspace, item.mask.id, fixed.id), isAudit: item.isAudit },
      ]
      if (item.against !== null) put.push(replacedBy(workspace, item.against.id, fixed.id))
      workspace.transact('Fix mask', 'user', { put: withStatus([item], put) })
    },
    acceptAll: (items) => {
      workspace.transact(items.length === 1 ? 'Accept mask' : `Accept ${items.length} masks`, 'user', {
        put: withStatus(items, items.flatMap(acceptance)),
      })
    },
    progress: (): ReviewProgress => {
      const count = { accepted: 0, fixed: 0, rejected: 0, unsure: 0 }
      for (const decision of latestDecisions(workspace)) {
        if (decision.verdict === 'rejected') count.rejected++
        else if (decision.verdict === 'unsure') count.unsure++
        else if (decision.verdict === 'accepted') {
          const mask = workspace.records().get(decision.maskId)
          const isHandmade = mask?.type === 'mask' && mask.provenance.kind === 'edited'
          if (isHandmade) count.fixed++
          else count.accepted++
        }
      }
      return {
        ...count,
        left: queue().length,
        secondsPerMask: timedDecisions < 3 ? null : activeMs / timedDecisions / 1000,
      }
    },
  }
}

function latestDecisions(workspace: Workspace): ReviewDecision[] {
  const latest = new Map<string, ReviewDecision>()
  for (const decision of workspace.records().ofType('decision')) {
    const known = latest.get(decision.maskId)
    if (known === undefined || decision.decidedAt >= known.decidedAt) latest.set(decision.maskId, decision)
  }
  return [...latest.values()]
}
