import { downloadFile, type DownloadRequest, type OnBytes } from './downloadFile'
import { openModelDirectory } from './opfsModelFolder'
import { createOpfsPartFiles } from './opfsPartFiles'
import { createMemoryPartFiles, type PartFiles } from './partFiles'

/** What the download worker answers to. */
export interface DownloaderApi {
  /** See `downloadFile`. A blob where the browser has no private file system: then the page keeps it. */
  download(request: DownloadRequest, signal: AbortSignal, onBytes: OnBytes): Promise<Blob | null>
}

/** Chunks are some kilobytes; a message to the page for each would be most of the work. */
const REPORT_BYTES = 262_144

export function createDownloader(): DownloaderApi {
  let parts: Promise<PartFiles> | null = null
  const openParts = async (): Promise<PartFiles> => {
    const directory = await openModelDirectory()
    return directory === null ? createMemoryPartFiles() : createOpfsPartFiles(directory)
  }
  return {
    download: async (request, signal, onBytes) => {
      parts ??= openParts()
      const locks = (navigator.locks as LockManager | undefined) ?? null
      return downloadFile(
        request,
        { fetchUrl: (url, init) => fetch(url, init), parts: await parts, locks },
        signal,
        sparsely(onBytes, request.bytes),
      )
    },
  }
}

function sparsely(onBytes: OnBytes, total: number | null): OnBytes {
  let told = -Infinity
  return (bytes, note) => {
    if (note === '' && bytes < (total ?? Infinity) && bytes >= told && bytes - told < REPORT_BYTES) return
    told = bytes
    onBytes(bytes, note)
  }
}
