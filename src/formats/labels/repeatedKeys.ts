/**
 * Keys that a JSON object holds more than once at its top level. `JSON.parse` keeps the last of them and says nothing.
 * The text must be valid JSON.
 */
export function repeatedKeys(text: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
    else if (sign === '"') {
      const from = at
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++
      if (depth !== 1 || !/^\s*:/.test(text.slice(at + 1, at + 20))) continue
      const key: unknown = JSON.parse(text.slice(from, at + 1))
      if (typeof key !== 'string') continue
      if (seen.has(key)) repeated.add(key)
      seen.add(key)
    }
  }
  return repeated
}
