/** What makes a reading of an answer different, in the words of somebody who looks at the masks. */
const LABELS: { readonly [kind: string]: string } = {
  network: 'As the model sees it',
  wide: 'More generous',
  sharp: 'Only what is sure',
  'network-tight': 'Fitted to the box',
  'fused-tight': 'Fitted to the box, with brightness',
  thin: 'Kept thin',
  fixed: 'Fixed threshold',
  adapted: 'By the brightness here',
  'adapted-wide': 'By the brightness here, more generous',
  'adapted-tight': 'By the brightness here, fitted to the box',
  guided: 'Along the edges of the picture',
  otsu: 'Light or dark part',
  blend: 'Model and brightness',
  box: 'Filled box',
  tiles: 'In detail',
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
