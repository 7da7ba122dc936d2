import { circumstances } from '../report/circumstances.mjs'
import { markdownTable, secondsText, spreadText } from '../report/markdownTable.mjs'
import { SPLITS } from './dataset.mjs'

const GENERATOR_TITLES = { 'box-fill': 'filled box', otsu: 'Otsu in box', segmenter: 'embedded segmenter' }

/** Section of docs/benchmarks.md for one data set and kind of box. */
export function loopReport(
  dataset,
  { proposals, students },
  { limit, epochs, params, generatorParams = {} },
) {
  const counts = SPLITS.map(
    (split) => `${dataset.images.filter((image) => dataset.splitOf(image) === split).length} ${split}`,
  )
  const backend = students[0]?.training.backend ?? null
  const settings = [
    ...(limit > 0 ? [`at most ${limit} images a split`] : []),
    ...(epochs === null ? [] : [`${epochs} epochs`]),
    ...(Object.keys(generatorParams).length > 0 ? [`segmenter \`${JSON.stringify(generatorParams)}\``] : []),
    ...(Object.keys(params).length > 0 ? [`params \`${JSON.stringify(params)}\``] : []),
  ]
  return [
    `### ${dataset.name}, ${dataset.boxKind} boxes`,
    `${circumstances(backend)}. Images: ${counts.join(', ')}.${settings.length > 0 ? ` Settings: ${settings.join(', ')}.` : ''}`,
    'Box -> mask, IoU with the true mask (mean per class, then over classes):',
    proposalTable(dataset, proposals),
    ...(students.length > 0
      ? ['Student, on test, at original image size:', studentTable(students), studentNotes(students)]
      : []),
  ].join('\n\n')
}

function proposalTable(dataset, proposals) {
  const classes = dataset.categories.map((category) => category.name)
  const boxes = dataset.boxes.length
  const head = [
    'masks',
    ...SPLITS,
    'all',
    ...classes.map((name) => `${name} (all)`),
    `seconds for ${boxes} boxes`,
  ]
  const rows = Object.entries(proposals).map(([id, { iou, seconds }]) => [
    GENERATOR_TITLES[id],
    ...SPLITS.map((split) => spreadText([iou[split]?.macro])),
    spreadText([iou.all.macro]),
    ...classes.map((name) => spreadText([iou.all.perClass[name]])),
    secondsText(seconds),
  ])
  return markdownTable([head, ...rows])
}

function studentTable(students) {
  const head = [
    'trained on',
    'seeds',
    'argmax IoU',
    'val-tuned IoU',
    'binary head .5',
    '95 % interval',
    'pixel AP',
    'anomaly mIoU',
    'false alarms on good',
    'mask AP50',
    'train',
    'predict, per image',
  ]
  const rows = [...new Set(students.map((student) => student.arm))].map((arm) => {
    const runs = students.filter((student) => student.arm === arm)
    const of = (pick) => spreadText(runs.map(pick))
    const { low, high, groups } = runs[0].scores.interval
    return [
      arm.title,
      runs.map((run) => run.seed).join(', '),
      of((run) => run.scores.argmaxIou),
      of((run) => run.scores.tunedIou),
      of((run) => run.scores.halfIou),
      `${low.toFixed(2)}–${high.toFixed(2)} (${groups} groups)`,
      of((run) => run.scores.pixelAp),
      of((run) => run.scores.anomalyMiou),
      of((run) => run.scores.falseAlarms),
      of((run) => run.evaluation.coco.ap50),
      secondsText(mean(runs.map((run) => run.seconds.train))),
      `${Math.round((1000 * mean(runs.map((run) => run.seconds.predict))) / runs[0].seconds.testImages)} ms`,
    ]
  })
  return markdownTable([head, ...rows])
}

function studentNotes(students) {
  const [{ scores, training }] = students
  return [
    `Trained on ${training.images} images (${training.confirmedClean} confirmed clean), ${training.epochs} epochs, ${training.backend}.`,
    `Test: ${scores.defective} defective and ${scores.good} good images; an image is a false alarm from 20 predicted pixels on.`,
    "The interval is a bootstrap over independent groups of the binary IoU at the model's own threshold, first seed.",
    'Seconds include the start of the browser and reading the images; training includes features and drafts of all images.',
  ].join(' ')
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
