import { AppError, isAbort, messageOf } from '../../core/errors'
import { sha256Hex } from '../modelStore'
import { modelStorageError } from './modelStorageError'
import type { PartFile, PartFiles } from './partFiles'

export interface DownloadRequest {
  readonly url: string
  /** For messages. */
  readonly name: string
  /** Null: not known beforehand; the server is asked first. */
  readonly bytes: number | null
  readonly sha256: string
}

/** A request whose length is known. */
type SizedRequest = DownloadRequest & { readonly bytes: number }

export interface DownloadDeps {
  readonly fetchUrl: (url: string, init: RequestInit) => Promise<Response>
  readonly parts: PartFiles
  /** Null where the browser has no locks; then two tabs meet at the file itself, which only one can open. */
  readonly locks: Pick<LockManager, 'request'> | null
}

/** `bytesHere` of this file; `note` says what the person should know about the waiting. */
export type OnBytes = (bytesHere: number, note: string) => void

/** A connection that breaks off goes on by itself this often, as long as each attempt brings bytes. */
const MAX_ATTEMPTS = 4

/**
 * Fetches one pinned file: goes on where an earlier attempt stopped (`Range`), and makes it a finished file only when
 * length and SHA-256 are right. A blob where there is no private file system, else null.
 *
 * Throws `model/unreachable` (offline, not found, broke off; what is here stays), `model/hash-mismatch` (another file;
 * what is here is deleted), `storage/full` (what is here stays), `AbortError` (what is here stays).
 */
export async function downloadFile(
  request: DownloadRequest,
  deps: DownloadDeps,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<Blob | null> {
  return withLock(deps.locks, request, signal, onBytes, async () => {
    const bytes = request.bytes ?? (await askLength(request, deps.fetchUrl, signal))
    if (await deps.parts.has(request.sha256, bytes)) {
      onBytes(bytes, '')
      return null
    }
    await fetchPart({ ...request, bytes }, deps, signal, onBytes)
    return guarded(request.name, () => deps.parts.commit(request.sha256))
  })
}

/** What the server says the file's length is, in the answer to a request for its first byte. */
async function askLength(
  request: DownloadRequest,
  fetchUrl: DownloadDeps['fetchUrl'],
  signal: AbortSignal,
): Promise<number> {
  const host = hostOf(request.url)
  let response: Response
  try {
    response = await fetchUrl(request.url, requestInit('bytes=0-0', signal))
  } catch (error) {
    if (isAbort(error)) throw error
    throw unreachable(request, 0, new Error(`${host} did not answer (${messageOf(error)})`, { cause: error }))
  }
  // Tells the server to stop, should it send the whole file.
  await response.body?.cancel()
  refuseOtherAnswers(request, response)
  const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
  const length = total ?? (response.status === 200 ? response.headers.get('content-length') : null)
  if (length !== null && Number(length) > 0) return Number(length)
  throw unreachable(request, 0, new Error(`${host} does not say how long the file is`))
}

/** One tab fetches a file; another waits for it, and finds it finished. */
async function withLock<T>(
  locks: DownloadDeps['locks'],
  { sha256, name }: DownloadRequest,
  signal: AbortSignal,
  onBytes: OnBytes,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  if (locks === null) return work()
  const lockName = `maskwright:model:${sha256}`
  const tried = await locks.request(lockName, { ifAvailable: true }, async (lock) =>
    lock === null ? null : { value: await work() },
  )
  if (tried !== null) return tried.value
  onBytes(0, `another tab is fetching ${name}: waiting for it`)
  return locks.request(lockName, { signal }, work)
}

async function fetchPart(
  request: SizedRequest,
  { fetchUrl, parts }: DownloadDeps,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<void> {
  const part = await guarded(request.name, () => parts.open(request.sha256))
  let fault: string | null
  try {
    if (part.size() > request.bytes) part.truncate()
    onBytes(part.size(), '')
    for (let attempt = 1; part.size() < request.bytes; attempt++) {
      const before = part.size()
      try {
        await fetchRest(request, part, fetchUrl, signal, onBytes)
      } catch (error) {
        const goesOn = error instanceof BrokenOff && part.size() > before && attempt < MAX_ATTEMPTS
        if (!goesOn) throw error instanceof BrokenOff ? unreachable(request, part.size(), error) : error
      }
    }
    fault = await faultOf(request, part)
  } finally {
    part.close()
  }
  if (fault === null) return
  await guarded(request.name, () => parts.discard(request.sha256))
  throw new AppError(
    'model/hash-mismatch',
    `${request.name} from ${hostOf(request.url)} is not the expected file: ${fault}. It was deleted and is not used`,
  )
}

/** The connection ended before the file did. */
class BrokenOff extends Error {}

/** Asks for the bytes from `part.size()` on and appends them until the file is whole. */
async function fetchRest(
  request: SizedRequest,
  part: PartFile,
  fetchUrl: DownloadDeps['fetchUrl'],
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<void> {
  const from = part.size()
  let response: Response
  try {
    response = await fetchUrl(request.url, requestInit(`bytes=${from}-`, signal))
  } catch (error) {
    if (isAbort(error)) throw error
    throw new BrokenOff(`${hostOf(request.url)} did not answer (${messageOf(error)})`, { cause: error })
  }
  refuseOtherAnswers(request, response)
  // A server that does not know ranges sends the whole file from its start, another range is of no use either.
  if (response.status === 200 || !startsAt(response, from)) {
    if (response.status !== 200)
      throw new BrokenOff(`${hostOf(request.url)} sent another part than was asked for`)
    part.truncate()
  }
  await appendBody(request, response, part, signal, onBytes)
}

function requestInit(range: string, signal: AbortSignal): RequestInit {
  return {
    headers: { Range: range },
    mode: 'cors',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal,
  }
}

async function appendBody(
  request: SizedRequest,
  response: Response,
  part: PartFile,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<void> {
  const reader = response.body?.getReader()
  if (reader === undefined) throw new BrokenOff('the answer was empty')
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) break
      // One byte too many is kept: it makes the hash wrong, as a longer file should.
      part.append(value.subarray(0, request.bytes + 1 - part.size()))
      if (part.size() > request.bytes) break
      onBytes(part.size(), '')
    }
  } catch (error) {
    if (signal.aborted) signal.throwIfAborted()
    if (isQuota(error)) throw modelStorageError(error, request.name)
    throw new BrokenOff(messageOf(error), { cause: error })
  } finally {
    // Tells the server to stop; a reader that failed has nothing to cancel.
    await reader.cancel().catch(() => undefined)
  }
  if (part.size() < request.bytes) throw new BrokenOff('the answer ended early')
}

function refuseOtherAnswers(request: DownloadRequest, response: Response): void {
  const { status } = response
  const host = hostOf(request.url)
  if (status !== 200 && status !== 206) {
    const why =
      status === 404 || status === 410
        ? 'has no such file'
        : status === 401 || status === 403
          ? 'does not give it away'
          : 'could not serve it'
    throw new AppError('model/unreachable', `${host} ${why}: ${request.name} (status ${status})`)
  }
  // Portals of hotels and companies, and servers of single-page apps, answer anything with a page of their own.
  if (response.headers.get('content-type')?.includes('text/html') === true) {
    throw new AppError(
      'model/unreachable',
      `${host} answered with a web page instead of ${request.name}: a login page of the network, or a wrong mirror address`,
    )
  }
}

/** Unknown counts as right: servers need not show the header to other origins, and the hash decides in the end. */
function startsAt(response: Response, from: number): boolean {
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')
  return range === null || Number(range[1]) === from
}

/** Null: the very file that was asked for. */
async function faultOf({ bytes, sha256 }: SizedRequest, part: PartFile): Promise<string | null> {
  if (part.size() !== bytes) return `it is longer than ${bytes} bytes`
  const found = await sha256Hex(part.bytes())
  return found === sha256 ? null : `expected SHA-256 ${sha256}, found ${found}`
}

function unreachable(request: DownloadRequest, bytesHere: number, cause: Error): AppError {
  const kept = bytesHere > 0 ? `; the ${bytesHere} of ${request.bytes} bytes that came are kept` : ''
  return new AppError('model/unreachable', `${request.name} could not be fetched: ${cause.message}${kept}`, {
    cause,
  })
}

function isQuota(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError'
}

function hostOf(url: string): string {
  return new URL(url).host
}

async function guarded<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw modelStorageError(error, name)
  }
}
