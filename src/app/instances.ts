import type { LayerInstance } from '../domain/records'

/** Reads a layer's blob: our own bytes, checked by their hash when they were loaded. */
export function readInstances(bytes: Uint8Array): LayerInstance[] {
  return JSON.parse(new TextDecoder().decode(bytes)) as LayerInstance[]
}
