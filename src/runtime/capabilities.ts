import type { CapabilityProbe } from '../ports/capabilities'
import { probeGpuAdapter } from './gpuAdapter'
import { wasmThreads } from './wasmThreads'

/** What this browser and this page can do. Threads need the isolation headers; without them everything runs on one. */
export function createCapabilityProbe(): CapabilityProbe {
  return {
    probe: async () => ({
      webgpu: await probeGpuAdapter(),
      wasmThreads: wasmThreads(),
      isCrossOriginIsolated: crossOriginIsolated,
      hasFileSystemAccess: 'showDirectoryPicker' in window,
    }),
  }
}
