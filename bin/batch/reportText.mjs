/** One finding as a line: what, where, what to do. */
export function issueText({ severity, path, message, remedy }) {
  return `${severity}: ${path}: ${message}${remedy === null || remedy === undefined ? '' : ` ${remedy}`}`
}

/** Summary of propose, train or predict: one `name  value` line per entry, in the app's words. */
export function summaryText(summary) {
  const entries = Object.entries(summary)
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${valueText(value)}`).join('\n')
}

function valueText(value) {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(2)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The report of `evaluate` as a table for people. `null` is "n/a": there was no truth to measure it on. */
export function evaluationText(report) {
  const rows = [
    ['images', String(report.imageCount)],
    ['AP (mask)', number(report.coco.ap)],
    ['AP50', number(report.coco.ap50)],
    ['AP75', number(report.coco.ap75)],
    [
      'AP small / medium / large',
      [report.coco.apSmall, report.coco.apMedium, report.coco.apLarge].map(number).join(' / '),
    ],
    ['AR1 / AR10 / AR100', [report.coco.ar1, report.coco.ar10, report.coco.ar100].map(number).join(' / ')],
    ['mIoU', number(report.miou)],
    ['anomaly mIoU', number(report.anomalyMiou)],
    ['binary IoU', number(report.binary.iou)],
    ['binary recall', number(report.binary.recall)],
    ['binary precision', number(report.binary.precision)],
    ['binary F1', number(report.binary.f1)],
    ['image AP', number(report.imageApStep)],
    ['image AUROC', number(report.imageAuroc)],
    ['false alarms on clean images', number(report.falseAlarmRate)],
  ]
  for (const [index, entry] of report.classes.entries()) {
    // Index 0 of the class IoUs is the background.
    rows.push([
      `class ${entry.name}`,
      `IoU ${number(report.iouPerClass[index + 1])}, AP ${number(report.coco.apPerClass[index])}`,
    ])
  }
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  return [...lines, ...report.notes.map((note) => `note: ${note}`)].join('\n')
}

function number(value) {
  return value === null || value === undefined ? 'n/a' : value.toFixed(4)
}
