import type { RecordsView } from '../domain/live'
import type {
  AnyRecord,
  ClickPrompt,
  PseudoMask,
  RecordOf,
  RecordType,
  ReviewDecision,
} from '../domain/records'

/** All records of a project with the indexes that views need, kept up to date one record at a time. */
export interface RecordIndex {
  readonly view: RecordsView
  set(record: AnyRecord): void
  remove(id: string): void
}

/**
 * Lists are ordered by the records' own time and, where times tie or are missing, by first appearance. The order
 * survives an undo and the redo after it, and a list that did not change is the very same array.
 */
export function createRecordIndex(): RecordIndex {
  const byId = new Map<string, AnyRecord>()
  const buckets = new Map<string, Bucket>()
  // Never shrinks: a record that undo takes away comes back at its old place.
  const firstSeen = new Map<string, number>()

  const compare = (a: AnyRecord, b: AnyRecord): number => {
    const timeA = timeOf(a)
    const timeB = timeOf(b)
    if (timeA !== timeB) return timeA < timeB ? -1 : 1
    return (firstSeen.get(a.id) ?? 0) - (firstSeen.get(b.id) ?? 0)
  }
  const bucketOf = (key: string): Bucket => {
    const existing = buckets.get(key)
    if (existing !== undefined) return existing
    const created = createBucket(compare)
    buckets.set(key, created)
    return created
  }
  const list = (key: string): readonly AnyRecord[] => buckets.get(key)?.list() ?? NOTHING
  const unlist = (record: AnyRecord, keptKeys: readonly string[]): void => {
    for (const key of keysOf(record)) if (!keptKeys.includes(key)) buckets.get(key)?.remove(record.id)
  }

  return {
    // Each bucket holds one type only: the key begins with it, so the casts forget nothing.
    view: {
      get: (id) => byId.get(id),
      ofType: <T extends RecordType>(type: T) => list(type) as readonly RecordOf<T>[],
      ofImage: <T extends RecordType>(type: T, imageId: string) =>
        list(`${type} of ${imageId}`) as readonly RecordOf<T>[],
      decisionsOf: (maskId) => list(`decision of ${maskId}`) as readonly ReviewDecision[],
      masksOf: (annotationId) => list(`mask of ${annotationId}`) as readonly PseudoMask[],
      clicksOf: (annotationId) => list(`click of ${annotationId}`) as readonly ClickPrompt[],
    },
    set: (record) => {
      if (!firstSeen.has(record.id)) firstSeen.set(record.id, firstSeen.size)
      const keys = keysOf(record)
      const former = byId.get(record.id)
      if (former !== undefined) unlist(former, keys)
      byId.set(record.id, record)
      for (const key of keys) bucketOf(key).set(record)
    },
    remove: (id) => {
      const former = byId.get(id)
      if (former === undefined) return
      byId.delete(id)
      unlist(former, [])
    },
  }
}

const NOTHING: readonly AnyRecord[] = []

function keysOf(record: AnyRecord): readonly string[] {
  switch (record.type) {
    case 'annotation':
    case 'imageLabel':
    case 'layer':
    case 'tagScore':
      return [record.type, `${record.type} of ${record.imageId}`]
    case 'mask':
      return record.annotationId === null
        ? ['mask', `mask of ${record.imageId}`]
        : ['mask', `mask of ${record.imageId}`, `mask of ${record.annotationId}`]
    case 'click':
      return ['click', `click of ${record.annotationId}`]
    case 'decision':
      return ['decision', `decision of ${record.maskId}`]
    default:
      return [record.type]
  }
}

/** ISO 8601 in UTC compares as text; '' for records that carry no time. */
function timeOf(record: AnyRecord): string {
  switch (record.type) {
    case 'image':
      return record.addedAt
    case 'project':
    case 'annotation':
    case 'click':
    case 'mask':
    case 'snapshot':
      return record.createdAt
    case 'decision':
      return record.decidedAt
    case 'run':
    case 'tagRun':
      return record.startedAt
    default:
      return ''
  }
}

/** One list of one index. Appending in order, the usual case, keeps it sorted; anything else sorts at the next read. */
interface Bucket {
  set(record: AnyRecord): void
  remove(id: string): void
  list(): readonly AnyRecord[]
}

function createBucket(compare: (a: AnyRecord, b: AnyRecord) => number): Bucket {
  let members = new Map<string, AnyRecord>()
  let last: AnyRecord | undefined
  let isSorted = true
  let cached: readonly AnyRecord[] | null = NOTHING

  return {
    set: (record) => {
      const former = members.get(record.id)
      if (former === undefined) {
        if (last !== undefined && compare(last, record) > 0) isSorted = false
        else last = record
      } else {
        if (compare(former, record) !== 0) isSorted = false
        if (last === former) last = record
      }
      members.set(record.id, record)
      cached = null
    },
    remove: (id) => {
      if (!members.delete(id)) return
      // `last` may now name a record that is gone: it still bounds the order of those that stay.
      cached = null
    },
    list: () => {
      if (cached !== null) return cached
      const records = [...members.values()]
      if (!isSorted) {
        records.sort(compare)
        members = new Map(records.map((record) => [record.id, record]))
        last = records.at(-1)
        isSorted = true
      }
      cached = records
      return records
    },
  }
}
