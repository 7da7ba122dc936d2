import { AppError, isAbort, messageOf } from '../core/errors'
import type { ImportIssue } from '../core/issues'
import type { JobOptions } from '../core/job'
import { idOf, type ImageRecord } from '../domain/records'
import type { PickedFile } from '../ports/files'
import type { AddImagesReport } from './app'
import type { Workspace } from './workspace'

/** How many images become visible per transaction: a large folder fills the screen while it is still being read. */
const COMMIT_EVERY = 24

/** Reads, checks and stores files one by one; what cannot be read becomes an issue and the rest goes on. */
export async function addImages(
  workspace: Workspace,
  files: readonly PickedFile[],
  { signal, onProgress }: JobOptions,
): Promise<AddImagesReport> {
  const issues: ImportIssue[] = []
  const known = new Map(
    workspace
      .records()
      .ofType('image')
      .map((image) => [image.fileName, image]),
  )
  const step = workspace.services.newId()
  let pending: ImageRecord[] = []
  let added = 0
  let alreadyThere = 0
  const commit = (): void => {
    if (pending.length > 0)
      workspace.transact(
        `Add ${files.length === 1 ? 'image' : 'images'}`,
        'user',
        { put: pending },
        { coalesce: `add-images:${step}` },
      )
    added += pending.length
    pending = []
  }
  for (const [index, file] of files.entries()) {
    if (signal.aborted) break
    onProgress({ done: index, total: files.length, note: file.path })
    try {
      const bytes = await file.bytes()
      const header = workspace.services.imageCodec.inspect(bytes, file.path)
      const pixels = await workspace.services.storage.blobs.put(bytes)
      const namesake = known.get(file.path)
      if (namesake !== undefined) {
        if (namesake.pixels === pixels) alreadyThere++
        else issues.push(sameName(file.path))
        continue
      }
      const image: ImageRecord = {
        id: idOf('image', workspace.services.newId()),
        type: 'image',
        fileName: file.path,
        width: header.width,
        height: header.height,
        pixels,
        byteLength: bytes.byteLength,
        mimeType: header.mimeType,
        status: 'unseen',
        split: null,
        addedAt: workspace.services.clock.now(),
        foreign: null,
      }
      known.set(file.path, image)
      pending.push(image)
      if (pending.length >= COMMIT_EVERY) commit()
    } catch (error) {
      if (isAbort(error)) break
      issues.push({
        severity: 'error',
        path: file.path,
        message: messageOf(error),
        remedy: remedyFor(error),
      })
    }
  }
  // Cancel keeps what was read.
  commit()
  return { added, alreadyThere, issues }
}

function remedyFor(error: unknown): string {
  const code = error instanceof AppError ? error.code : null
  if (code === 'data/image-too-large') return 'Cut it into tiles and add those.'
  if (code === 'storage/full') return 'Free some space or save a project file, then add it again.'
  return 'Convert it to PNG, JPEG, BMP or WebP and add it again.'
}

function sameName(path: string): ImportIssue {
  return {
    severity: 'error',
    path,
    message: `another picture named "${path}" is already in the project, with different pixels`,
    remedy: 'Rename one of the two, or open their common parent folder so that the paths differ.',
  }
}
