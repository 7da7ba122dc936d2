import { AppError } from '../core/errors'
import type { ModelFile } from '../nn/onnx/embeddedManifest'

/** Reads a URL of this origin; tests hand in a fake. */
export type FetchLike = (url: string) => Promise<Response>

/**
 * Fetches one file of a model and hands it over only when size and SHA-256 are those of the manifest.
 * Throws `model/missing` when it cannot be fetched and `model/hash-mismatch` when it is another file.
 */
export async function loadModelFile(
  url: string,
  expected: ModelFile,
  fetchUrl: FetchLike,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await fetchBytes(url, fetchUrl)
  if (bytes.length !== expected.bytes) {
    throw mismatch(expected.file, `${bytes.length} bytes instead of ${expected.bytes}`)
  }
  const sha256 = await sha256Hex(bytes)
  if (sha256 !== expected.sha256) throw mismatch(expected.file, `SHA-256 ${sha256}`)
  return bytes
}

/** Fetches and parses a model manifest. Throws `model/missing` or `model/incompatible` (not JSON). */
export async function loadManifestJson(url: string, fetchUrl: FetchLike): Promise<unknown> {
  const bytes = await fetchBytes(url, fetchUrl)
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new AppError('model/incompatible', `${url} is not a model manifest`, { cause })
  }
}

/** Throws `model/hash-mismatch` on a page that may not compute hashes: an unverified model is not used. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if ((crypto.subtle as SubtleCrypto | undefined) === undefined) {
    throw new AppError(
      'model/hash-mismatch',
      'models can be verified on https and localhost only; this page is served over plain http',
    )
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function fetchBytes(url: string, fetchUrl: FetchLike): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response
  try {
    response = await fetchUrl(url)
  } catch (cause) {
    throw new AppError('model/missing', `${url} could not be fetched`, { cause })
  }
  // Servers of single-page apps answer a missing file with the page itself and status 200.
  const isPage = response.headers.get('content-type')?.includes('text/html') ?? false
  if (!response.ok || isPage) {
    throw new AppError('model/missing', `${url} is not there (status ${response.status})`)
  }
  try {
    return new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    throw new AppError('model/missing', `${url} broke off while it was fetched`, { cause })
  }
}

function mismatch(file: string, found: string): AppError {
  return new AppError(
    'model/hash-mismatch',
    `model file ${file} differs from the expected one (${found}); it is not used`,
  )
}
