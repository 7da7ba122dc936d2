interface Held {
  readonly mode: LockMode
  readonly lose: () => void
}

interface Waiting {
  readonly mode: LockMode
  readonly grant: () => void
}

/**
 * Web Locks in memory, shared by "tabs" of one test: exclusive and shared modes in the order of asking, `ifAvailable`,
 * `steal` and `signal`, with the rejections of the standard (https://w3c.github.io/web-locks/).
 */
export function createFakeLocks(): Pick<LockManager, 'request'> {
  const held = new Map<string, Set<Held>>()
  const queues = new Map<string, Waiting[]>()
  const heldOf = (name: string): Set<Held> => {
    const existing = held.get(name) ?? new Set()
    held.set(name, existing)
    return existing
  }
  const queueOf = (name: string): Waiting[] => {
    const existing = queues.get(name) ?? []
    queues.set(name, existing)
    return existing
  }
  const isFree = (name: string, mode: LockMode): boolean => {
    const holders = [...heldOf(name)]
    return holders.length === 0 || (mode === 'shared' && holders.every((holder) => holder.mode === 'shared'))
  }
  const advance = (name: string): void => {
    const queue = queueOf(name)
    for (let next = queue[0]; next !== undefined && isFree(name, next.mode); next = queue[0]) {
      queue.shift()
      next.grant()
    }
  }

  const request = (
    name: string,
    options: LockOptions,
    callback: (lock: Lock | null) => unknown,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const mode = options.mode ?? 'exclusive'
      const grant = (): void => {
        const holder: Held = { mode, lose: () => reject(abortError()) }
        heldOf(name).add(holder)
        Promise.resolve(callback({ name, mode }))
          .then(resolve, reject)
          .finally(() => {
            heldOf(name).delete(holder)
            advance(name)
          })
      }
      queueMicrotask(() => {
        if (options.signal?.aborted) return reject(abortError())
        if (options.steal) {
          for (const holder of heldOf(name)) holder.lose()
          heldOf(name).clear()
          return grant()
        }
        if (options.ifAvailable) {
          if (isFree(name, mode) && queueOf(name).length === 0) return grant()
          return resolve(callback(null))
        }
        const waiting = { mode, grant }
        queueOf(name).push(waiting)
        options.signal?.addEventListener('abort', () => {
          const at = queueOf(name).indexOf(waiting)
          if (at < 0) return
          queueOf(name).splice(at, 1)
          reject(abortError())
        })
        advance(name)
      })
    })

  // The standard's request is overloaded (options may be left out); the storage always passes three arguments.
  return { request: request as LockManager['request'] }
}

function abortError(): DOMException {
  return new DOMException('the lock was taken or no longer wanted', 'AbortError')
}
