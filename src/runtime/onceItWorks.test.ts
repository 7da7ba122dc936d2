import { expect, test } from 'vitest'
import { onceItWorks } from './onceItWorks'

test('starts once for many callers, with the arguments of the first', async () => {
  let starts = 0
  const load = onceItWorks((name: string) => {
    starts++
    return Promise.resolve(name)
  })
  expect(await Promise.all([load('a'), load('b')])).toEqual(['a', 'a'])
  expect(starts).toBe(1)
})

test('tries again after a failure', async () => {
  let isUp = false
  const load = onceItWorks(() => (isUp ? Promise.resolve('there') : Promise.reject(new Error('down'))))
  await expect(load()).rejects.toThrow('down')
  isUp = true
  expect(await load()).toBe('there')
})
