import type { App } from './app/app'
import { BATCH_COMMANDS } from './app/batch'
import type { BatchCommand, BatchInput, BatchOutput } from './app/batch/request'
import type { Workspace } from './app/workspace'
import { AppError } from './core/errors'
import type { ImportIssue } from './core/issues'
import type { Progress } from './core/job'
import type { Json, JsonObject } from './core/json'
import type { PickedFile } from './ports/files'

/**
 * The door of the batch command: the same actions as on the screen, driven from outside by address. It exists only
 * under `?automation=1`, works in memory, and can reach nothing but the page's own origin (the content policy).
 */
export interface AutomationRequest {
  readonly command: BatchCommand
  readonly images: readonly { readonly path: string; readonly url: string }[]
  readonly files: Readonly<Record<string, string>>
  readonly options: JsonObject
  /** Output files are PUT to this address plus their name. */
  readonly outUrl: string
}

export interface AutomationResult {
  readonly summary: Json
  readonly issues: readonly ImportIssue[]
  readonly outputs: readonly string[]
}

export interface AutomationDoor {
  run(request: AutomationRequest): Promise<AutomationResult>
  cancel(): void
}

declare global {
  interface Window {
    maskwright?: AutomationDoor
    /** Set by the driver: receives progress as JSON. */
    maskwrightProgress?: (json: string) => void
  }
}

export function openAutomationDoor(app: App, workspace: Workspace): AutomationDoor {
  let controller = new AbortController()
  app.jobs.running.subscribe(() => {
    const job = app.jobs.running.get().at(-1)
    if (job !== undefined) report(job.title, job.progress)
  })
  return {
    run: async (request) => {
      controller = new AbortController()
      await app.projects.create('Batch')
      const job = {
        signal: controller.signal,
        onProgress: (progress: Progress) => report(request.command, progress),
      }
      try {
        const result = await BATCH_COMMANDS[request.command](inputOf(request), { app, workspace, job })
        for (const output of result.outputs) await put(request.outUrl, output)
        return {
          summary: result.summary,
          issues: result.issues,
          outputs: result.outputs.map((output) => output.path),
        }
      } finally {
        await app.projects.close()
      }
    },
    cancel: () => {
      controller.abort()
      for (const job of app.jobs.running.get()) app.jobs.cancel(job.id)
    },
  }
}

function report(title: string, progress: Progress): void {
  window.maskwrightProgress?.(JSON.stringify({ title, ...progress }))
}

function inputOf({ images, files, options }: AutomationRequest): BatchInput {
  return {
    images: images.map(
      ({ path, url }): PickedFile => ({ path, byteLength: 0, bytes: () => fetchBytes(url) }),
    ),
    has: (name) => files[name] !== undefined,
    file: (name) => {
      const url = files[name]
      if (url === undefined) throw new AppError('data/unreadable-file', `the input "${name}" is missing`)
      return fetchBytes(url)
    },
    options,
  }
}

async function fetchBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url)
  if (!response.ok)
    throw new AppError('data/unreadable-file', `${url} could not be read (${response.status})`)
  return new Uint8Array(await response.arrayBuffer())
}

async function put(outUrl: string, output: BatchOutput): Promise<void> {
  const response = await fetch(`${outUrl}${output.path}`, { method: 'PUT', body: output.bytes })
  if (!response.ok)
    throw new AppError('storage/write-failed', `${output.path} could not be written (${response.status})`)
}
