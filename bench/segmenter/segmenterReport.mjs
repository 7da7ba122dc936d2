import { circumstances } from '../report/circumstances.mjs'
import { markdownTable } from '../report/markdownTable.mjs'
import { aboveCut, groupBy, macro, mean, qualityCut, spearman } from './statistics.mjs'

const WANTED_IOU = 0.85
const METHODS = [
  ['filled', 'filled box'],
  ['otsu', 'Otsu in box'],
  ['grabCut', 'GrabCut'],
  ['embedded', 'embedded'],
]

/**
 * @param {readonly any[]} sets what was measured on each data set
 * @param {{ boxKind: string, split: string, boxesPerSplit: number, seed: number, accepted: number, draws: number,
 *   minutes: number, models: string, description: any }} facts
 */
export function segmenterReport(sets, facts) {
  const { boxKind, split, boxesPerSplit, seed, minutes, models, description } = facts
  const model = `${description.title}, version ${description.version}`
  return [
    `### Box -> mask, ${boxKind} boxes, ${split}`,
    `${circumstances(null, models)}; ${model}; OpenCV ${sets[0].openCv}; seed ${seed}; ${minutes.toFixed(0)} min in all.`,
    `The product's TypeScript in node with its own weights on ONNX Runtime's WASM kernels, default parameters; at most ${boxesPerSplit} boxes a split and set, drawn class by class. IoU: mean per class, then over classes. The best of the alternatives is an oracle: it shows what choosing better would be worth.`,
    iouTable(sets),
    'Outlines: F at 2 px, mean per class, then over classes; and the seconds of one box here (one thread, other jobs beside it).',
    outlineTable(sets),
    'IoU per class:',
    classTable(sets),
    ...qualityText(sets, split),
    ...clickText(sets, description),
    ...styleText(sets, facts),
  ].join('\n\n')
}

const number = (value) => (value === null || value === undefined ? '–' : value.toFixed(3))
const classOf = (entry) => entry.className
const average = (entries, kind, name) => macro(entries, classOf, (entry) => entry[kind][name])

function iouTable(sets) {
  const head = ['set', 'boxes', ...METHODS.map(([, title]) => title), 'best of the alternatives']
  const rows = sets.map(({ name, measured }) => [
    name,
    String(measured.length),
    ...METHODS.map(([method]) => number(average(measured, 'iou', method))),
    number(average(measured, 'iou', 'oracle')),
  ])
  return markdownTable([head, ...rows])
}

function outlineTable(sets) {
  const head = ['set', ...METHODS.map(([, title]) => title), 'median seconds', 'slowest']
  const rows = sets.map(({ name, measured }) => {
    const seconds = measured.map((entry) => entry.seconds).toSorted((a, b) => a - b)
    return [
      name,
      ...METHODS.map(([method]) => number(average(measured, 'outline', method))),
      seconds[Math.floor(seconds.length / 2)].toFixed(2),
      seconds.at(-1).toFixed(2),
    ]
  })
  return markdownTable([head, ...rows])
}

function classTable(sets) {
  const head = ['set', 'class', 'boxes', ...METHODS.map(([, title]) => title), 'best of the alternatives']
  const rows = sets.flatMap(({ name, measured }) =>
    [...groupBy(measured, classOf)]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([className, entries]) => [
        name,
        className,
        String(entries.length),
        ...[...METHODS.map(([method]) => method), 'oracle'].map((method) =>
          number(mean(entries.map((entry) => entry.iou[method]))),
        ),
      ]),
  )
  return markdownTable([head, ...rows])
}

function qualityText(sets, split) {
  const pairs = (entries) =>
    entries
      .filter((entry) => entry.predicted !== null)
      .map((entry) => ({ predicted: entry.predicted, iou: entry.iou.embedded }))
  const cut = qualityCut(pairs(sets.flatMap((set) => set.val)), WANTED_IOU)
  const row = (name, entries) => {
    const { share, iou } = aboveCut(entries, cut)
    return [
      name,
      String(entries.length),
      number(spearman(entries.map((entry) => [entry.predicted, entry.iou]))),
      `${(100 * share).toFixed(0)} %`,
      number(iou),
    ]
  }
  const rows = sets.map(({ name, measured }) => row(name, pairs(measured)))
  if (sets.length > 1) rows.push(row('all', pairs(sets.flatMap((set) => set.measured))))
  return [
    `Predicted quality against true IoU. The cut, ${number(cut)}, is the lowest that keeps a mean IoU of ${WANTED_IOU} on the \`val\` boxes of all sets together; shares and means are on \`${split}\`.`,
    markdownTable([['set', 'boxes', 'rank correlation', 'boxes above the cut', 'their mean IoU'], ...rows]),
  ]
}

function clickText(sets, { accepts }) {
  if (!accepts.positiveClicks || !accepts.negativeClicks)
    return ['Clicks: not measured, this model takes none.']
  const row = (name, entries) => {
    const failures = entries.filter((entry) => entry.clicks !== null)
    const before = mean(failures.map((entry) => entry.iou.embedded))
    const after = mean(failures.map((entry) => entry.clicks.afterBoth))
    return [
      name,
      String(failures.length),
      number(before),
      number(mean(failures.map((entry) => entry.clicks.afterPositive))),
      number(after),
      before === null ? '–' : number(after - before),
    ]
  }
  const rows = sets.map(({ name, measured }) => row(name, measured))
  if (sets.length > 1)
    rows.push(
      row(
        'all',
        sets.flatMap((set) => set.measured),
      ),
    )
  return [
    'Clicks on the failures (IoU below .5): one where what is missing is deepest, then one where what is too much is deepest. Mean IoU over the failures.',
    markdownTable([['set', 'failures', 'before', 'after the positive click', 'after both', 'gain'], ...rows]),
  ]
}

function styleText(sets, { accepted, draws, seed }) {
  const rows = sets.map(({ name, style }) =>
    style === null
      ? [name, '–', '–', '–', '–', '–', '–']
      : [
          name,
          String(style.classes),
          String(style.boxes),
          number(style.before),
          number(style.after),
          number(style.gain),
          `${number(style.lowest)} to ${number(style.highest)}`,
        ],
  )
  return [
    `Drawing style: ${accepted} true masks of each class are accepted, IoU on its other boxes; mean of ${draws} draws (seed ${seed}), classes with at least ${accepted + 3} boxes.`,
    markdownTable([['set', 'classes', 'boxes', 'before', 'after', 'gain', 'of single draws'], ...rows]),
  ]
}
