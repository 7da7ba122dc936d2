/** Rows of text as a markdown table; the first row is the head. @param {readonly (readonly string[])[]} rows */
export function markdownTable(rows) {
  const [head, ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`)
  return [head, `|${rows[0].map(() => '---').join('|')}|`, ...body].join('\n')
}

/** Three decimals; several values (seeds) as mean with their range; nothing measured as a dash. @param {readonly (number | null | undefined)[]} values */
export function spreadText(values) {
  const known = values.filter((value) => typeof value === 'number')
  if (known.length === 0) return '–'
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  if (known.length === 1) return mean.toFixed(3)
  return `${mean.toFixed(3)} (${Math.min(...known).toFixed(3)}–${Math.max(...known).toFixed(3)})`
}

/** Seconds, short: 4.2 s, 83 s, 12 min. @param {number} seconds */
export function secondsText(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  return seconds < 600 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}
