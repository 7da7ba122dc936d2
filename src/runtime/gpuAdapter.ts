/** The part of WebGPU's adapter that decides whether it is worth using. */
interface AdapterLike {
  readonly info?: {
    readonly vendor?: string
    readonly architecture?: string
    readonly description?: string
    readonly isFallbackAdapter?: boolean
  }
  readonly isFallbackAdapter?: boolean
}

export interface GpuAdapter {
  readonly kind: 'hardware' | 'software' | 'none'
  readonly description: string
}

/**
 * What WebGPU offers here. `navigator.gpu` may exist without an adapter, so an adapter is asked for; one that is
 * software rendering is far slower than WASM. Works on the page and in a worker.
 */
export async function probeGpuAdapter(): Promise<GpuAdapter> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<AdapterLike | null> } }).gpu
  if (gpu === undefined) return { kind: 'none', description: 'this browser has no WebGPU' }
  let adapter: AdapterLike | null
  try {
    adapter = await gpu.requestAdapter()
  } catch (error) {
    return { kind: 'none', description: error instanceof Error ? error.message : String(error) }
  }
  if (adapter === null) return { kind: 'none', description: 'no WebGPU adapter' }
  const { vendor, architecture, description } = adapter.info ?? {}
  const name = [vendor, architecture, description].filter((part) => part).join(' ') || 'unnamed adapter'
  const isFallback = adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false
  const isSoftware = isFallback || /swiftshader|llvmpipe|software/i.test(name)
  return { kind: isSoftware ? 'software' : 'hardware', description: name }
}
