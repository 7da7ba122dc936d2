import type { ImportIssue } from '../../core/issues'
import type { JobOptions } from '../../core/job'
import type { Json, JsonObject } from '../../core/json'
import type { PickedFile } from '../../ports/files'
import type { App } from '../app'
import type { Workspace } from '../workspace'

export type BatchCommand = 'propose' | 'cam' | 'train' | 'predict' | 'evaluate' | 'score' | 'camScore'

/** What a batch command works on; the door outside has already turned paths and addresses into bytes. */
export interface BatchInput {
  readonly images: readonly PickedFile[]
  /** Text or bytes of a named input (`annotations`, `modelOnnx`, ...). Throws `data/unreadable-file` when it is absent. */
  readonly file: (name: string) => Promise<Uint8Array<ArrayBuffer>>
  readonly has: (name: string) => boolean
  readonly options: JsonObject
}

export interface BatchContext {
  readonly app: App
  readonly workspace: Workspace
  readonly job: JobOptions
}

export interface BatchOutput {
  readonly path: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface BatchResult {
  readonly summary: Json
  readonly issues: readonly ImportIssue[]
  readonly outputs: readonly BatchOutput[]
}

export type BatchHandler = (input: BatchInput, context: BatchContext) => Promise<BatchResult>

export function textFile(path: string, text: string): BatchOutput {
  return { path, bytes: new TextEncoder().encode(text) }
}

export async function readText(input: BatchInput, name: string): Promise<string> {
  return new TextDecoder().decode(await input.file(name))
}

export function optionText(options: JsonObject, name: string): string | null {
  const value = options[name]
  return typeof value === 'string' ? value : null
}

export function optionNumber(options: JsonObject, name: string): number | null {
  const value = options[name]
  return typeof value === 'number' ? value : null
}

export function optionObject(options: JsonObject, name: string): JsonObject {
  const value = options[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}
