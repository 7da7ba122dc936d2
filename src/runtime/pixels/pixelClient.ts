import type { PixelWork } from '../../ports/pixelWork'
import { createWorkerHost, startedWorker, type StartedWorker } from '../workerHost'
import type { PixelApi } from './pixelApi'

/** A call takes a second or two and cannot listen meanwhile: whoever cancels waits no longer than this. */
const GRACE_MS = 1000
/** It holds no model and starts at once, but a batch of pictures comes with pauses for the classifier between calls. */
const IDLE_MS = 20_000

export interface PixelClientOptions {
  /** Tests hand in a fake worker. */
  readonly start?: () => StartedWorker<PixelApi>
  readonly graceMs?: number
}

/** Pixel work in a worker of its own, one call at a time. */
export function createPixelClient({
  start = startPixelWorker,
  graceMs = GRACE_MS,
}: PixelClientOptions = {}): PixelWork {
  const worker = createWorkerHost<PixelApi>({ name: 'pixels', start, graceMs, idleMs: IDLE_MS })
  return {
    inpaint: (request, { signal }) => worker.run('batch', signal, (api) => api.inpaint(request)),
    refine: (request, { signal }) => worker.run('batch', signal, (api) => api.refine(request)),
  }
}

function startPixelWorker(): StartedWorker<PixelApi> {
  return startedWorker(
    new Worker(new URL('./pixels.worker.ts', import.meta.url), { type: 'module', name: 'pixels' }),
  )
}
