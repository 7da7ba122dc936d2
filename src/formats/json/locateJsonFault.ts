/** Where text stops being JSON. `offset` counts UTF-16 units; `hasEnded` means that it is a good beginning cut short. */
export interface JsonFault {
  readonly offset: number
  readonly hasEnded: boolean
}

type Expected = 'value' | 'valueOrClose' | 'key' | 'keyOrClose' | 'colon' | 'commaOrClose' | 'end'

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORDS = ['true', 'false', 'null'] as const

/**
 * Finds the first fault of text that `JSON.parse` refused, or null when there is none. The engines' own messages
 * name the place differently or not at all. Iterative: hostile nesting cannot exhaust the stack.
 */
export function locateJsonFault(text: string): JsonFault | null {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = 0
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'commaOrClose')
  for (;;) {
    while (isSpace(text.charCodeAt(at))) at++
    if (at >= text.length) return expected === 'end' ? null : { offset: at, hasEnded: true }
    const fault = { offset: at, hasEnded: false }
    const character = text[at]!
    switch (expected) {
      case 'end':
        return fault
      case 'colon':
        if (character !== ':') return fault
        at++
        expected = 'value'
        break
      case 'key':
      case 'keyOrClose': {
        if (character === '}' && expected === 'keyOrClose') {
          open.pop()
          at++
          expected = afterValue()
          break
        }
        if (character !== '"') return fault
        const end = endOfString(text, at)
        if (typeof end !== 'number') return end
        at = end
        expected = 'colon'
        break
      }
      case 'commaOrClose':
        if (character === ',') expected = open.at(-1) === '{' ? 'key' : 'value'
        else if (character === (open.at(-1) === '{' ? '}' : ']')) {
          open.pop()
          expected = afterValue()
        } else return fault
        at++
        break
      case 'value':
      case 'valueOrClose': {
        if (character === ']' && expected === 'valueOrClose') {
          open.pop()
          at++
          expected = afterValue()
          break
        }
        if (character === '{' || character === '[') {
          open.push(character)
          at++
          expected = character === '{' ? 'keyOrClose' : 'valueOrClose'
          break
        }
        const end = character === '"' ? endOfString(text, at) : endOfScalar(text, at)
        if (typeof end !== 'number') return end
        at = end
        expected = afterValue()
        break
      }
    }
  }
}

function endOfString(text: string, start: number): number | JsonFault {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return at + 1
    if (code < 0x20) return { offset: at, hasEnded: false }
    if (code !== 0x5c) continue
    at++
    if (at >= text.length) break
    if (text[at] === 'u') {
      const digits = text.slice(at + 1, at + 5)
      if (!/^[0-9a-fA-F]*$/.test(digits)) return { offset: at + 1, hasEnded: false }
      at += digits.length
    } else if (!'"\\/bfnrt'.includes(text[at]!)) return { offset: at, hasEnded: false }
  }
  return { offset: text.length, hasEnded: true }
}

function endOfScalar(text: string, start: number): number | JsonFault {
  for (const word of WORDS) {
    const found = text.slice(start, start + word.length)
    if (found === word) return start + word.length
    if (start + found.length === text.length && word.startsWith(found)) {
      return { offset: text.length, hasEnded: true }
    }
  }
  NUMBER.lastIndex = start
  if (!NUMBER.test(text)) {
    return text.slice(start) === '-'
      ? { offset: text.length, hasEnded: true }
      : { offset: start, hasEnded: false }
  }
  return NUMBER.lastIndex
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
