import { serve } from '../rpc'
import { createBackendHost } from '../trainer/backends'
import { createClassifierService } from './classifierService'

serve(
  createClassifierService({
    backends: createBackendHost(),
    now: () => performance.now(),
    nextTask: () => new Promise((resolve) => setTimeout(resolve)),
  }),
)
