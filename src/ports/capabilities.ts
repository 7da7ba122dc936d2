/** Probed once at start; shown in the status bar and in the diagnostics. */
export interface Capabilities {
  readonly webgpu: { readonly kind: 'hardware' | 'software' | 'none'; readonly description: string }
  readonly wasmThreads: number
  readonly isCrossOriginIsolated: boolean
  readonly hasFileSystemAccess: boolean
}

export interface CapabilityProbe {
  probe(): Promise<Capabilities>
}
