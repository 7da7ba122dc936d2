import type { Page } from '@playwright/test'
import * as Y from 'yjs'

/** A record as it lies on disk; only what the tests look at is named. */
export interface StoredRecord {
  readonly id: string
  readonly type: string
  readonly [field: string]: unknown
}

/**
 * Reads a project out of the browser's storage, past the application: the update log from IndexedDB, replayed here.
 * What is in it would be there after a crash.
 */
export async function storedRecords(page: Page, projectId?: string): Promise<StoredRecord[]> {
  const entries = await page.evaluate(async (wanted) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('maskwright')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error ?? new Error('the database cannot be opened'))
    })
    const all = await new Promise<{ projectId: string; kind: string; bytes: Uint8Array }[]>(
      (resolve, reject) => {
        const request = database.transaction('log').objectStore('log').getAll()
        request.onsuccess = () =>
          resolve(request.result as { projectId: string; kind: string; bytes: Uint8Array }[])
        request.onerror = () => reject(request.error ?? new Error('the log cannot be read'))
      },
    )
    database.close()
    const last = wanted ?? all.at(-1)?.projectId
    return all.filter((entry) => entry.projectId === last).map((entry) => Array.from(entry.bytes))
  }, projectId)
  const doc = new Y.Doc()
  for (const bytes of entries) Y.applyUpdate(doc, Uint8Array.from(bytes))
  return [...doc.getMap('records').values(), ...doc.getMap('ledger').values()] as StoredRecord[]
}

/** A blob by its hash, from the private file system or the database. */
export async function storedBlob(page: Page, hash: string): Promise<Buffer> {
  const bytes = await page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('maskwright')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error ?? new Error('the database cannot be opened'))
    })
    const kept = await new Promise<Uint8Array | undefined>((resolve, reject) => {
      const request = database.transaction('blobs').objectStore('blobs').get(name)
      request.onsuccess = () => resolve(request.result as Uint8Array | undefined)
      request.onerror = () => reject(request.error ?? new Error('the blobs cannot be read'))
    })
    database.close()
    if (kept !== undefined) return Array.from(kept)
    const root = await navigator.storage.getDirectory()
    const folder = await (await root.getDirectoryHandle('blobs')).getDirectoryHandle(name.slice(0, 2))
    const file = await (await folder.getFileHandle(name)).getFile()
    return Array.from(new Uint8Array(await file.arrayBuffer()))
  }, hash)
  return Buffer.from(bytes)
}
