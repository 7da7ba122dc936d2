import { probeGpuAdapter } from '../gpuAdapter'
import { loadOrt } from '../ort'
import { serve } from '../rpc'
import { wasmThreads } from '../wasmThreads'
import { createInferenceService } from './inferenceService'
import { openOpfsFolder } from './opfsFolder'

serve(
  createInferenceService({
    fetchUrl: (url) => fetch(url),
    loadOrt,
    threads: wasmThreads(),
    probeGpu: probeGpuAdapter,
    openFolder: openOpfsFolder,
  }),
)
