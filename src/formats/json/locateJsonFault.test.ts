import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locateJsonFault } from './locateJsonFault'

describe('locateJsonFault', () => {
  it.each([
    ['{"a": [1, 2', 11, true],
    ['{"a": "x\\', 9, true],
    ['{"a": tru', 9, true],
    ['-', 1, true],
    ['[1, 2,]', 6, false],
    ['{"a" 1}', 5, false],
    ['{a: 1}', 1, false],
    ['[1] 2', 4, false],
    ['["\\q"]', 3, false],
    ['["tab\there"]', 5, false],
    ['[01]', 2, false],
    ['[1}', 2, false],
  ])('%s fails at %i', (text, offset, hasEnded) => {
    expect(locateJsonFault(text)).toEqual({ offset, hasEnded })
  })

  it('finds a fault exactly where the engine refuses text', () => {
    const mutated = fc
      .tuple(fc.json(), fc.nat(40), fc.string({ maxLength: 3 }), fc.nat(3))
      .map(([text, at, inserted, removed]) => text.slice(0, at) + inserted + text.slice(at + removed))
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (text) => {
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        expect(locateJsonFault(text) === null).toBe(isJson)
      }),
      { numRuns: 2000 },
    )
  })

  it('deep nesting does not exhaust the stack', () => {
    expect(locateJsonFault('['.repeat(500_000))).toEqual({ offset: 500_000, hasEnded: true })
  })
})
