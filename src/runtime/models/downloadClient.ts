import { proxy } from '../rpc'
import { createWorkerHost, startedWorker } from '../workerHost'
import type { DownloaderApi } from './downloader'
import type { DownloadRequest, OnBytes } from './downloadFile'

/** Fetches a pinned file in the download worker; see `downloadFile` for what it throws. */
export type FetchFile = (
  request: DownloadRequest,
  signal: AbortSignal,
  onBytes: OnBytes,
) => Promise<Blob | null>

export function createDownloadClient(): FetchFile {
  // The worker starts with the first download and ends when none has run for a minute.
  const host = createWorkerHost<DownloaderApi>({
    name: 'download',
    start: () =>
      startedWorker<DownloaderApi>(
        new Worker(new URL('./download.worker.ts', import.meta.url), { type: 'module', name: 'download' }),
      ),
  })
  return (request, signal, onBytes) =>
    host.run('batch', signal, (api, callSignal) => api.download(request, callSignal, proxy(onBytes)))
}
