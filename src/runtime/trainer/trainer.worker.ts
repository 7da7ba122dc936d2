import { serve } from '../rpc'
import { createBackendHost } from './backends'
import { createTrainerService } from './trainerService'

serve(
  createTrainerService({
    backends: createBackendHost(),
    now: () => performance.now(),
    nextTask: () => new Promise((resolve) => setTimeout(resolve)),
  }),
)
