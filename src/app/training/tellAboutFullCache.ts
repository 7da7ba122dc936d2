import type { Workspace } from '../workspace'

/** Training goes on with the features in memory; the next run, and every prediction, computes them anew. */
export async function tellAboutFullCache({ services, notices }: Workspace): Promise<void> {
  const { hasRoom } = await services.features.cacheState()
  if (hasRoom) return
  notices.say(
    'warning',
    'Features are not kept',
    'The disk is full, or the limit of the feature cache too low: training goes on, but the next run computes them again. Free some room, or raise the limit on the Train screen.',
  )
}
