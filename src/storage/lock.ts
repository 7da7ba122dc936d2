/** The one right to write a project: held by one tab, asked for by others, taken when the holder does not answer. */
export interface WriterLock {
  /** False when another tab has it. */
  tryAcquire(): Promise<boolean>
  /** Asks the holder to save and let go; after the patience is over, takes the lock from it. */
  takeOver(): Promise<void>
  /** Resolves when another may have it. */
  release(): Promise<void>
  /** Also ends listening; the lock cannot be used again. */
  dispose(): Promise<void>
}

/** What is used of `BroadcastChannel`: tabs talk by it, and a tab does not hear itself. */
export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => unknown) | null
  close(): void
}

const PLEASE_YIELD = 'please yield'
/** Long enough for a healthy tab to write what it has; a frozen tab writes it when it wakes up. */
const PATIENCE_MS = 3000

/**
 * `onLost` runs when another tab takes the lock, perhaps twice. The promise it returns is awaited before the lock is let
 * go, so that it can save first, and never rejects; when the lock was taken by force, nobody waits for it.
 */
export function createWriterLock(options: {
  readonly name: string
  readonly locks: Pick<LockManager, 'request'>
  readonly channel: Channel
  readonly onLost: () => Promise<void>
  readonly patienceMs?: number
}): WriterLock {
  const { name, locks, channel } = options
  let letGo: (() => void) | null = null
  let granted: Promise<unknown> = Promise.resolve()

  /** Resolves once it is known whether the lock was granted; the grant then lasts until `letGo`. */
  const hold = (request: LockOptions): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const held = locks.request(name, request, (lock) => {
        if (lock === null) return resolve(false)
        resolve(true)
        return new Promise<void>((end) => {
          letGo = end
        })
      })
      // Rejects while waiting (the patience is over) or, if it had been granted, because another tab stole it.
      granted = held.catch((error: unknown) => {
        if (letGo === null) return reject(error)
        letGo = null
        return options.onLost()
      })
    })

  const release = async (): Promise<void> => {
    letGo?.()
    letGo = null
    await granted
  }

  const yieldLock = async (): Promise<void> => {
    await options.onLost()
    await release()
  }

  channel.onmessage = (event) => {
    if (event.data === PLEASE_YIELD && letGo !== null) return yieldLock()
    return undefined
  }

  return {
    tryAcquire: () => hold({ ifAvailable: true }),
    takeOver: async () => {
      channel.postMessage(PLEASE_YIELD)
      const patience = new AbortController()
      const timer = setTimeout(() => patience.abort(), options.patienceMs ?? PATIENCE_MS)
      try {
        await hold({ signal: patience.signal })
      } catch (error) {
        if (!patience.signal.aborted) throw error
        await hold({ steal: true })
      } finally {
        clearTimeout(timer)
      }
    },
    release,
    dispose: async () => {
      channel.onmessage = null
      channel.close()
      await release()
    },
  }
}
