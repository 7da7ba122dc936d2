import type { ExportScope } from '../../domain/exportScope'

export interface ScopeRow {
  readonly id: string
  readonly label: string
  readonly count: number
  /** Why it stays behind, or what it becomes; null when the label says all. */
  readonly why: string | null
}

/** What goes out, as rows of a table; rows that would read 0 only where the 0 is news. */
export function outgoingRows(scope: ExportScope): readonly ScopeRow[] {
  return [
    { id: 'images', label: 'Images', count: scope.images.length, why: null },
    { id: 'clean', label: 'of them confirmed clean', count: scope.clean.length, why: null },
    { id: 'masks', label: 'Masks', count: scope.masks.length, why: null },
    {
      id: 'boxOnly',
      label: 'Boxes without a mask',
      count: scope.boxOnly.length,
      why: 'written with an empty segmentation',
    },
    {
      id: 'ignore',
      label: 'Ignore regions',
      count: scope.ignoreRegions.length,
      why: 'only where the format has a place for them',
    },
  ].filter((row) => row.count > 0 || row.id === 'images' || row.id === 'masks')
}

/** What stays behind and why; empty when nothing does. */
export function leftOutRows({ leftOut }: ExportScope): readonly ScopeRow[] {
  return [
    { id: 'unseen', label: 'Images', count: leftOut.unseen.length, why: 'nobody has looked at them yet' },
    { id: 'skipped', label: 'Images', count: leftOut.skipped.length, why: 'marked as skipped' },
    { id: 'unreviewed', label: 'Masks', count: leftOut.unreviewed.length, why: 'not reviewed yet' },
    { id: 'drafts', label: 'Student drafts', count: leftOut.drafts.length, why: 'waiting in Review' },
    { id: 'rejected', label: 'Masks', count: leftOut.rejected.length, why: 'rejected in Review' },
    { id: 'unsure', label: 'Masks', count: leftOut.unsure.length, why: 'marked as unsure' },
  ].filter((row) => row.count > 0)
}

/** "27 masks on 12 images, 3 confirmed clean, 2 left out". */
export function reportSentence(report: {
  readonly maskCount: number
  readonly imageCount: number
  readonly cleanCount: number
  readonly boxOnlyCount: number
  readonly leftOutCount: number
}): string {
  const parts = [`${counted(report.maskCount, 'mask')} on ${counted(report.imageCount, 'image')}`]
  if (report.boxOnlyCount > 0) parts.push(`${counted(report.boxOnlyCount, 'box', 'boxes')} without a mask`)
  parts.push(`${report.cleanCount.toLocaleString()} confirmed clean`)
  if (report.leftOutCount > 0) parts.push(`${counted(report.leftOutCount, 'image')} left out`)
  return parts.join(', ')
}

/** "1 box", "2 boxes". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}
