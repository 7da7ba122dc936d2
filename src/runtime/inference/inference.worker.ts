import { serve } from '../rpc'
import { probeGpuAdapter } from '../gpuAdapter'
import { loadOrt } from '../ort'
import { wasmThreads } from '../wasmThreads'
import { createMemoryFolder } from './cacheFolder'
import { createFeatureCache, DEFAULT_CACHE_LIMIT_BYTES } from './featureCache'
import { createInferenceService } from './inferenceService'
import { openOpfsFolder } from './opfsFolder'

/** Without a private file system (private windows) features live as long as this worker, in this much memory. */
const MEMORY_LIMIT_BYTES = 256_000_000

serve(
  createInferenceService({
    fetchUrl: (url) => fetch(url),
    loadOrt,
    threads: wasmThreads(),
    hasHardwareGpu: async () => (await probeGpuAdapter()).kind === 'hardware',
    openCache: async () => {
      const folder = await openOpfsFolder('features')
      return folder === null
        ? createFeatureCache(createMemoryFolder(), MEMORY_LIMIT_BYTES)
        : createFeatureCache(folder, DEFAULT_CACHE_LIMIT_BYTES)
    },
  }),
)
