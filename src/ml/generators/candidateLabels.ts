/** What makes a reading of an answer different, in the words of somebody who looks at the masks. */
const LABELS: { readonly [kind: string]: string } = {
  fitted: 'Fitted to the box',
  spanning: 'Reaching as far as the box',
  even: 'By brightness and edges',
  bold: 'More generous',
  fine: 'Only what is sure',
  network: 'As the model sees it',
  wide: 'More than the model sees',
  sharp: 'Less than the model sees',
  thin: 'Kept thin',
  'fused-tight': 'Fitted to the box, with brightness',
  fixed: 'Fixed threshold',
  adapted: 'By the brightness here',
  guided: 'Along the edges here',
  otsu: 'Light or dark part',
  blend: 'Model and brightness',
  box: 'Filled box',
}

export function candidateLabel(kind: string): string {
  return LABELS[kind] ?? kind
}

/** Equal labels (several masks of one model) get numbers: "Kept thin", "Kept thin 2". */
export function numbered<T extends { readonly label: string }>(items: readonly T[]): T[] {
  const counts = new Map<string, number>()
  return items.map((item) => {
    const count = (counts.get(item.label) ?? 0) + 1
    counts.set(item.label, count)
    return count === 1 ? item : { ...item, label: `${item.label} ${count}` }
  })
}
