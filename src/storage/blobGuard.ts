const LOCK_NAME = 'maskwright:blobs'

/** Keeps one tab's sweep away from blobs that another tab has stored and not named yet. */
export interface BlobGuard {
  /** Waits for a sweep that is under way, then keeps sweeps of all tabs off until `letGo`. */
  hold(): Promise<void>
  letGo(): Promise<void>
  /** Runs the work while no tab holds; false, without running it, when one does. */
  alone(work: () => Promise<unknown>): Promise<boolean>
}

export function createBlobGuard(locks: Pick<LockManager, 'request'>): BlobGuard {
  let holding: Promise<void> | null = null
  let end: (() => void) | null = null
  let released: Promise<unknown> = Promise.resolve()

  return {
    hold: () => {
      holding ??= new Promise((resolve, reject) => {
        released = locks
          .request(LOCK_NAME, { mode: 'shared' }, () => {
            resolve()
            return new Promise<void>((letGo) => {
              end = letGo
            })
          })
          .catch(reject)
      })
      return holding
    },
    letGo: async () => {
      if (holding === null) return
      await holding
      holding = null
      end?.()
      await released
    },
    alone: (work) =>
      locks.request(LOCK_NAME, { mode: 'exclusive', ifAvailable: true }, async (lock) => {
        if (lock === null) return false
        await work()
        return true
      }),
  }
}
