import { createMemoryStorage } from './memory'
import { describeProjectStorage } from './storageContract'

describeProjectStorage('memory storage', async () => {
  const storage = createMemoryStorage({ now: () => '2026-11-20T12:00:00.000Z' })
  return { storage, reload: () => storage }
})
