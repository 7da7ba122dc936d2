import type { AddImagesReport } from '../../app/app'

/** The report of "add images" in a sentence or two. */
export function addedText({ added, alreadyThere, issues }: AddImagesReport): string {
  const left = issues.filter((issue) => issue.severity === 'error').length
  if (added === 0 && alreadyThere === 0)
    return left === 0
      ? 'Nothing was added.'
      : `${left === 1 ? 'The file was' : `All ${left} files were`} left out.`
  const parts = [`${added} ${added === 1 ? 'image' : 'images'} added`]
  if (alreadyThere > 0) parts.push(`${alreadyThere} already there`)
  if (left > 0) parts.push(`${left} left out`)
  return `${parts.join(', ')}.`
}
