/**
 * Puts text between the markers of a section; a section that is not there yet is added at the end. Everything else of
 * the document stays byte for byte, so a benchmark can be run again and only its own numbers change.
 *
 * @param {string} document
 * @param {string} name such as `loop mtd tight`
 * @param {string} text
 */
export function updateSection(document, name, text) {
  const begin = `<!-- begin ${name} -->`
  const end = `<!-- end ${name} -->`
  const section = `${begin}\n${text.trim()}\n${end}`
  const from = document.indexOf(begin)
  if (from === -1) return `${document.trimEnd()}\n\n${section}\n`
  const to = document.indexOf(end, from)
  if (to === -1) throw new Error(`the section "${name}" begins but does not end: repair "${end}" by hand`)
  return document.slice(0, from) + section + document.slice(to + end.length)
}
