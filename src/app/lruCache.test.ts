import { expect, test } from 'vitest'
import { createLruCache } from './lruCache'

test('what was used longest ago goes first', () => {
  const cache = createLruCache<string, number>(3)
  cache.set('a', 1, 1)
  cache.set('b', 2, 1)
  cache.set('c', 3, 1)
  cache.get('a')
  cache.set('d', 4, 1)
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.get('d')]).toEqual([1, undefined, 3, 4])
})

test('a single entry above the limit stays: the caller needs it now', () => {
  const cache = createLruCache<string, number>(3)
  cache.set('small', 1, 1)
  cache.set('huge', 2, 100)
  expect([cache.get('small'), cache.get('huge')]).toEqual([undefined, 2])
})

test('replacing a value replaces its weight', () => {
  const cache = createLruCache<string, number>(3)
  cache.set('a', 1, 3)
  cache.set('a', 2, 1)
  cache.set('b', 3, 2)
  expect([cache.get('a'), cache.get('b')]).toEqual([2, 3])
})
