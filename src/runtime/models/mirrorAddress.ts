import { AppError } from '../../core/errors'
import type { Cell, Observable } from '../../core/observable'

/** Small texts that survive a reload; `localStorage`, or null where it is forbidden. */
export type Remembered = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const KEY = 'maskwright:models:mirror'

export interface MirrorSetting {
  readonly mirror: Observable<string | null>
  /** Throws `usage/invalid-parameter` for what is no address of a mirror. */
  setMirror(address: string | null): void
}

/** `mirror` takes what is remembered. */
export function createMirrorSetting(memory: Remembered | null, mirror: Cell<string | null>): MirrorSetting {
  mirror.set(remembered(memory))
  return {
    mirror,
    setMirror: (address) => {
      const wanted = address === null || address.trim() === '' ? null : readMirrorAddress(address)
      mirror.set(wanted)
      if (wanted === null) memory?.removeItem(KEY)
      else memory?.setItem(KEY, wanted)
    },
  }
}

/**
 * The address of a server with the same folders as the catalogue's host, without the closing slash. Encrypted, or on
 * this very computer: weights are checked by their hash, but what somebody fetches is nobody else's business.
 */
export function readMirrorAddress(text: string): string {
  let url: URL
  try {
    url = new URL(text.trim())
  } catch (cause) {
    throw refused(text, 'write it with its scheme, such as https://mirror.example', cause)
  }
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)) {
    throw refused(text, 'it must begin with https:// (http:// for localhost only)')
  }
  if (url.username !== '' || url.password !== '') throw refused(text, 'leave user name and password out')
  if (url.search !== '' || url.hash !== '') throw refused(text, 'leave out what follows ? or #')
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function remembered(memory: Remembered | null): string | null {
  const text = memory?.getItem(KEY) ?? null
  if (text === null) return null
  try {
    return readMirrorAddress(text)
  } catch (error) {
    // An address that an older version allowed; the host itself is used again.
    if (error instanceof AppError) return null
    throw error
  }
}

function refused(text: string, why: string, cause?: unknown): AppError {
  return new AppError('usage/invalid-parameter', `"${text}" is no mirror address: ${why}`, { cause })
}
