import { probeGpuAdapter } from '../gpuAdapter'
import type { CatalogueEntry } from './catalogue'

/** What decides, before a download, whether a model will run here. */
export interface DeviceFacts {
  /** Null: no GPU that is worth using. */
  readonly gpu: { readonly hasShaderF16: boolean; readonly maxBindingBytes: number } | null
  /** Room that the browser still gives this origin; null: it does not say. */
  readonly freeBytes: number | null
}

interface AdapterFacts {
  readonly features: { has(name: string): boolean }
  readonly limits: { readonly maxStorageBufferBindingSize: number }
}

export async function probeDevice(): Promise<DeviceFacts> {
  return { gpu: await probeGpu(), freeBytes: await probeRoom() }
}

async function probeGpu(): Promise<DeviceFacts['gpu']> {
  if ((await probeGpuAdapter()).kind !== 'hardware') return null
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<AdapterFacts | null> } }).gpu
  const adapter = (await gpu?.requestAdapter()) ?? null
  return (
    adapter && {
      hasShaderF16: adapter.features.has('shader-f16'),
      maxBindingBytes: adapter.limits.maxStorageBufferBindingSize,
    }
  )
}

async function probeRoom(): Promise<number | null> {
  const storage = navigator.storage as StorageManager | undefined
  if (storage?.estimate === undefined) return null
  const { quota, usage } = await storage.estimate()
  return quota === undefined ? null : Math.max(0, quota - (usage ?? 0))
}

/** Why a model of the catalogue cannot be fetched or run here; null when it can, as far as known. */
export function obstacleOf(entry: CatalogueEntry, bytesLeft: number, facts: DeviceFacts): string | null {
  if (entry.needsShaderF16 && facts.gpu === null) {
    return 'Made for graphics cards with half precision (shader-f16); this browser has no GPU it can use. Take the full-precision variant.'
  }
  if (entry.needsShaderF16 && facts.gpu?.hasShaderF16 === false) {
    return 'The GPU of this computer has no half precision (shader-f16). Take the full-precision variant.'
  }
  if (facts.freeBytes !== null && bytesLeft > facts.freeBytes) {
    return `It needs ${megabytes(bytesLeft)} more; this browser has room for ${megabytes(facts.freeBytes)}. Delete another model or an old project.`
  }
  return null
}

/** What the person should know although it will run. */
export function cautionOf(entry: CatalogueEntry, facts: DeviceFacts): string | null {
  const { gpu } = facts
  if (gpu === null || entry.bindingBytes === null || gpu.maxBindingBytes >= entry.bindingBytes) return null
  return `This GPU binds at most ${mebibytes(gpu.maxBindingBytes)} at once, the encoder wants ${mebibytes(entry.bindingBytes)}: it may run on the processor, which is slower.`
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`
}
