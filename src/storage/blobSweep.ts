import * as Y from 'yjs'
import type { BlobHash, ProjectId } from '../domain/records'
import type { Blobs } from './blobs'
import type { Database } from './database'

/**
 * Deletes the blobs that no project names. Blobs are shared between projects (the same picture in two of them is stored
 * once), so this looks at every log there is, damaged entries and both kept snapshots included.
 *
 * A Yjs update keeps strings as they are, so a hash is found in the raw bytes, whatever the records look like and also
 * in what can still be undone. That errs on the side of keeping. A document that cannot be read ends the sweep with its
 * error before anything is deleted. Returns how many blobs went.
 */
export async function sweepBlobs(database: Database, blobs: Blobs): Promise<number> {
  const kept = new Set<BlobHash>()
  for (const projectId of await projectsIn(database)) await keepNamed(database, blobs, projectId, kept)
  for (const bytes of await damagedBytes(database)) for (const hash of hashesIn(latin(bytes))) kept.add(hash)
  const orphans = (await blobs.list()).filter((hash) => !kept.has(hash) && !blobs.isFresh(hash))
  if (orphans.length > 0) await blobs.deleteAll(orphans)
  return orphans.length
}

async function projectsIn(database: Database): Promise<ReadonlySet<ProjectId>> {
  const keys = await database.run('Listing projects', (connection) => connection.getAllKeys('log'))
  return new Set(keys.map(([projectId]) => projectId as ProjectId))
}

async function damagedBytes(database: Database): Promise<readonly Uint8Array[]> {
  const damaged = await database.run('Reading damaged data', (connection) => connection.getAll('damaged'))
  return damaged.flatMap(({ entry }) => {
    const bytes = (entry as { bytes?: unknown } | null)?.bytes
    return bytes instanceof Uint8Array ? [bytes] : []
  })
}

/** Follows the log and, through it, the documents of snapshots, which name blobs that the log may have forgotten. */
async function keepNamed(
  database: Database,
  blobs: Blobs,
  projectId: ProjectId,
  kept: Set<BlobHash>,
): Promise<void> {
  const entries = await database.run('Reading a project', (connection) =>
    connection.getAll('log', IDBKeyRange.bound([projectId, 0], [projectId, Number.POSITIVE_INFINITY])),
  )
  const documents: Uint8Array[][] = [entries.map((entry) => entry.bytes)]
  const visited = new Set<BlobHash>()
  for (let updates = documents.pop(); updates !== undefined; updates = documents.pop()) {
    const texts = updates.map(latin)
    for (const text of texts) for (const hash of hashesIn(text)) kept.add(hash)
    // Building the document takes a second for a large project: only where there is a snapshot record to look for.
    if (!texts.some((text) => text.includes('snapshot:'))) continue
    for (const hash of snapshotDocuments(updates)) {
      if (visited.has(hash) || !(await blobs.has(hash))) continue
      visited.add(hash)
      documents.push([await blobs.get(hash)])
    }
  }
}

function snapshotDocuments(updates: readonly Uint8Array[]): readonly BlobHash[] {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  const hashes: BlobHash[] = []
  for (const name of doc.share.keys()) {
    for (const record of doc.getMap<{ type?: unknown; document?: BlobHash }>(name).values()) {
      if (record.type === 'snapshot' && record.document !== undefined) hashes.push(record.document)
    }
  }
  doc.destroy()
  return hashes
}

/** Each byte becomes one character; those of ASCII, which hashes are made of, become themselves. */
function latin(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}

/** Every run of 64 hexadecimal digits, overlapping ones too: a byte before or after may look like a digit. */
function* hashesIn(text: string): Iterable<BlobHash> {
  for (const match of text.matchAll(/(?=([0-9a-f]{64}))/g)) yield match[1] as BlobHash
}
