import type { ImportIssue } from '../../core/issues'
import type { Json } from '../../core/json'
import { locateJsonFault } from './locateJsonFault'

/** Engines hold strings of about 500 million characters; a quarter of that leaves room for the parsed form. */
const MAX_BYTES = 256 * 1024 * 1024
/** COCO needs 5 levels. Deeper text is an attack on whatever walks it afterwards. */
const MAX_DEPTH = 100

export type ReadJson =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'fault'; readonly issue: ImportIssue }

/**
 * Bytes or text from a person's disk to JSON. Never throws: text that is not JSON, is too large or nested too deep
 * gives one issue that names the place and the remedy. Ids beyond 2^53 keep their digits, as strings.
 */
export function readJson(input: Uint8Array | string): ReadJson {
  const size = input.length
  if (size > MAX_BYTES) {
    return fault(
      `the file has ${size} bytes; at most ${MAX_BYTES} can be read at once`,
      'Split the file by images.',
    )
  }
  const text = typeof input === 'string' ? input : decodeText(input)
  if (text === null) {
    return fault('the file is not UTF-8 text', 'Save it as JSON in UTF-8, without another text encoding.')
  }
  if (text.trim() === '') return fault('the file is empty', 'Export it again from the tool it came from.')
  if (isDeeperThan(text, MAX_DEPTH)) {
    return fault(
      `the JSON is nested deeper than ${MAX_DEPTH} levels`,
      'A COCO file has 5 levels; this is another kind of file.',
    )
  }
  try {
    return { kind: 'value', value: JSON.parse(quoteLongIds(text)) as Json }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { kind: 'fault', issue: describeFault(text) }
  }
}

function fault(message: string, remedy: string): ReadJson {
  return { kind: 'fault', issue: { severity: 'error', path: '', message, remedy } }
}

function decodeText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // A byte order mark is removed by the decoder.
    return text.includes('\u0000') ? null : text
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Brackets outside strings; says nothing about whether they match. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at++
        while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1
        break
      case 0x5b:
      case 0x7b:
        if (++depth > limit) return true
        break
      case 0x5d:
      case 0x7d:
        depth--
        break
    }
  }
  return false
}

/** A quote inside a JSON string has a backslash before it, so this finds keys only. */
const LONG_ID = /(?<!\\)("(?:id|image_id|category_id)"\s*:\s*)(-?\d{16,})(?![\d.eE])/g

function quoteLongIds(text: string): string {
  return text.replace(LONG_ID, (whole: string, key: string, digits: string) =>
    Number.isSafeInteger(Number(digits)) ? whole : `${key}"${digits}"`,
  )
}

function describeFault(text: string): ImportIssue {
  const found = locateJsonFault(text) ?? { offset: 0, hasEnded: false }
  const before = text.slice(0, found.offset)
  const line = before.split('\n').length
  const byte = new TextEncoder().encode(before).length
  const place = `line ${line}, byte ${byte}`
  if (found.hasEnded) {
    return {
      severity: 'error',
      path: place,
      message: `the file ends too early, at ${place}: it was written or copied only in part`,
      remedy: 'Export or copy the file again; nothing of it was imported.',
    }
  }
  const rest = text.slice(found.offset, found.offset + 20)
  const isPythonNumber = /^(?:-?Infinity|NaN)/.test(rest)
  return {
    severity: 'error',
    path: place,
    message: `this is not JSON at ${place}: ${JSON.stringify(rest)}`,
    remedy: isPythonNumber
      ? 'JSON has no NaN and no Infinity: write these values as null and export again.'
      : 'Correct this place in a text editor, or export the file again; nothing of it was imported.',
  }
}
