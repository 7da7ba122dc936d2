import { bestThreshold, scoresAt } from '../loop/binaryScores.mjs'
import { bootstrapIou } from '../loop/bootstrapIou.mjs'
import { circumstances } from '../report/circumstances.mjs'
import { markdownTable, spreadText } from '../report/markdownTable.mjs'
import { groupBy } from '../segmenter/statistics.mjs'
import { pieceRule } from './pieceRule.mjs'
import { fewImages, guardedThreshold, pooled, recallAtPrecision } from './operatingPoint.mjs'

const ARMS = {
  segmenter: 'segmenter',
  'segmenter-human': 'segmenter, human boxes',
  otsu: 'Otsu',
  'otsu-human': 'Otsu, human boxes',
  degr: 'degraded truth',
  miss: '40 % of the objects missing',
  full: 'true masks (bound)',
}
const FEW = [5, 10, 20, 40]
const DRAWS = 200
const PIECE_RULES = [
  { title: 'every piece', isSure: () => true },
  { title: 'binary head, peak .97', isSure: ({ peak }) => peak >= 0.97 },
  { title: 'binary head, peak .99', isSure: ({ peak }) => peak >= 0.99 },
  { title: 'both heads, mean .7', isSure: ({ bothMean }) => bothMean >= 0.7 },
  { title: 'both heads, peak .9', isSure: ({ bothPeak }) => bothPeak >= 0.9 },
]

const USUAL = {
  balanceClasses: true,
  backgroundWeight: 1,
  defectWeight: 1,
  dropout: 0.1,
  featureNoise: 0,
  photometric: 0.1,
  weightDecay: 0.01,
  use: 'both',
  imageLimit: 0,
  binaryLossWeight: 0.5,
}

/**
 * @typedef {{ run: any, scores: { val: any, test: any }, log: readonly any[], steps: number, examples: number, seconds: number,
 *   histograms: Histograms, both: Histograms }} Result histograms of the binary head, and of both heads together
 * @typedef {ReturnType<import('./readHistograms.mjs').readHistograms>} Histograms
 */

/** Section of one data set: pseudo-masks x students x self-correction. @param {string} title @param {readonly Result[]} results */
export function tableSection(title, results) {
  const head = [
    'masks',
    'student',
    'self-corr.',
    'engine',
    'input',
    'other settings',
    'passes',
    'seeds',
    'argmax IoU',
    'val-tuned IoU',
    '95 % interval',
    'recall / precision there',
    'binary head .5',
    'pixel AP',
    'anomaly mIoU: argmax',
    'where + which at .5',
    'false alarms on good: argmax / .5 / tuned',
  ]
  const groups = [...groupBy(results, ({ run }) => rowKey(run)).values()].toSorted(byArm)
  const rows = groups.map((runs) => {
    const [{ run, steps }] = runs
    const of = (pick) => spreadText(runs.map(({ scores }) => pick(scores.test)))
    return [
      ARMS[run.arm] ?? run.arm,
      studentName(run),
      run.selfCorrection ? `on, tau ${run.correctionThreshold}` : 'off',
      run.engine ?? 'twin',
      run.folder.split('/').at(-1),
      settingsText(run),
      `${passesOf(runs[0])} (${steps} steps)`,
      runs.map((one) => one.run.seed).join(', '),
      of((test) => test.argmax.iou),
      of((test) => test.binary.tuned.iou),
      intervalText(runs[0]),
      `${of((test) => test.binary.tuned.recall)} / ${of((test) => test.binary.tuned.precision)}`,
      of((test) => test.binary.half.iou),
      of((test) => test.binary.ap),
      of((test) => test.argmax.anomalyMiou),
      of((test) => test['voted half'].anomalyMiou),
      [
        of((test) => test.argmax.alarms),
        of((test) => test.binary.alarmsHalf),
        of((test) => test.binary.alarmsTuned),
      ].join(' / '),
    ]
  })
  return [`### ${title}`, `${circumstances(null)}.`, markdownTable([head, ...rows])].join('\n\n')
}

/**
 * Section of the sweep: each run beside the run without correction of the same labels, weights, length and seed. Recall is that
 * of both heads together (geometric mean of their probabilities) at the precision that the run without correction has at its
 * val-tuned threshold; the class head alone is what correction teaches.
 *
 * @param {string} title
 * @param {readonly Result[]} results
 */
export function sweepSection(title, results) {
  const head = [
    'labels',
    'weights',
    'epochs',
    'tau',
    'warm-up',
    'by',
    'seeds',
    'pixels changed an epoch',
    'of them defect: first half',
    'last epoch',
    'images stopped by the cap, last epoch',
    'recall at equal precision, val',
    'test',
    'class head pixel AP, val',
    'test',
    'class head tuned IoU, test',
    'binary head pixel AP, test',
  ]
  const offOf = new Map(
    results.filter(({ run }) => !run.selfCorrection).map((off) => [pairKey(off.run), off]),
  )
  const pairs = results
    .filter(({ run }) => run.selfCorrection && offOf.has(pairKey(run)))
    .map((on) => ({ on, off: offOf.get(pairKey(on.run)) }))
  const rows = [...groupBy(pairs, ({ on }) => sweepKey(on.run)).values()].map((same) => {
    const { run } = same[0].on
    const change = (pick) => changeText(same.map(({ on, off }) => [pick(on.scores), pick(off.scores)]))
    const recall = (split) => changeText(same.map((pair) => recallsOf(pair, split)))
    const logs = same.map(({ on }) => on.log.map(({ relabelled }) => relabelled))
    return [
      ARMS[run.arm] ?? run.arm,
      run.weights,
      run.epochs,
      run.correctionThreshold,
      run.correctionWarmup,
      correctedBy(run),
      same.map(({ on }) => on.run.seed).join(', '),
      Math.round(sumOf(logs.flat(), 0) / logs.flat().length),
      shareText(logs.flatMap((log) => log.slice(0, Math.ceil(log.length / 2)))),
      shareText(logs.map((log) => log.at(-1))),
      Math.round(
        sumOf(
          logs.map((log) => log.at(-1)),
          3,
        ) / logs.length,
      ),
      recall('val'),
      recall('test'),
      change(({ val }) => val.fine.ap),
      change(({ test }) => test.fine.ap),
      change(({ test }) => test.fine.tuned.iou),
      change(({ test }) => test.binary.ap),
    ]
  })
  return [`### ${title}`, `${circumstances(null)}.`, markdownTable([head, ...rows])].join('\n\n')
}

/** Recall with and without correction, at the precision of the latter. */
function recallsOf({ on, off }, split) {
  const base = pooled(off.both[split])
  const { precision, recall } = scoresAt(base, bestThreshold(pooled(off.both.val)))
  return [
    recallAtPrecision(pooled(on.both[split]), precision),
    Math.max(recall, recallAtPrecision(base, precision)),
  ]
}

/** Counts of an epoch: changed pixels, of them defect, of them of the right class, images stopped by the cap. */
function sumOf(epochs, index) {
  return epochs.reduce((sum, counts) => sum + counts[index], 0)
}

function shareText(epochs) {
  const changed = sumOf(epochs, 0)
  return changed === 0 ? '–' : `${Math.round((100 * sumOf(epochs, 1)) / changed)} %`
}

function correctedBy({ correctBy, binarySees }) {
  if (binarySees === 'corrected') return 'student, for both losses (ours)'
  return correctBy === 'average' ? 'EMA (ours)' : 'student'
}

function pairKey(run) {
  return [run.folder, run.arm, run.weights, run.epochs, run.imageLimit, run.seed].join(' ')
}

function sweepKey(run) {
  return [
    run.arm,
    run.weights,
    run.epochs,
    run.correctionThreshold,
    run.correctionWarmup,
    correctedBy(run),
  ].join(' ')
}

/**
 * Section of the operating point: .5 against thresholds from a few reviewed images of val, free and within the guard.
 *
 * @param {string} title
 * @param {readonly Result[]} results
 */
export function operatingSection(title, results) {
  const head = [
    'student of',
    'threshold',
    'binary head .5',
    'all of val',
    ...FEW.flatMap((count) => [`${count} images: mean (10 %–90 %)`, 'draws that beat .5']),
  ]
  const rules = [
    { name: 'free', choose: bestThreshold },
    { name: '.1 to .95', choose: guardedThreshold },
  ]
  const rows = results.flatMap(({ run, histograms }) => {
    const test = pooled(histograms.test)
    return rules.map(({ name, choose }) => [
      run.id,
      name,
      scoresAt(test, 0.5).iou.toFixed(3),
      scoresAt(test, choose(pooled(histograms.val))).iou.toFixed(3),
      ...FEW.flatMap((count) => {
        const few = fewImages(histograms.val, test, count, DRAWS, 0, choose)
        const range = `${few.mean.toFixed(3)} (${few.low.toFixed(3)}–${few.high.toFixed(3)})`
        return [range, `${Math.round(100 * few.better)} %`]
      }),
    ])
  })
  return [`### ${title}`, `${circumstances(null)}.`, markdownTable([head, ...rows])].join('\n\n')
}

/** Section of false alarms: pieces that must be sure as a whole. @param {string} title @param {readonly Result[]} results with `pieces` */
export function piecesSection(title, results) {
  const head = [
    'student of',
    'split',
    ...PIECE_RULES.map((rule) => `${rule.title}: IoU / false alarms / hits`),
  ]
  const rows = results.flatMap(({ run, histograms, pieces, index }) =>
    ['val', 'test'].map((split) => {
      const places = index.images.flatMap((image, place) => (image.split === split ? [place] : []))
      const images = histograms[split].map(({ histogramPositive }, i) => ({
        image: places[i],
        truePx: histogramPositive.reduce((a, b) => a + b, 0),
      }))
      const defective = images.filter(({ truePx }) => truePx > 0).length
      const cells = PIECE_RULES.map(({ isSure }) => {
        const { iou, falseAlarms, hits } = pieceRule(pieces[split], images, isSure)
        return `${iou.toFixed(3)} / ${spreadText([falseAlarms])} / ${hits} of ${defective}`
      })
      return [run.id, split, ...cells]
    }),
  )
  return [`### ${title}`, `${circumstances(null)}.`, markdownTable([head, ...rows])].join('\n\n')
}

function rowKey({ id: _id, seed: _seed, ...run }) {
  return JSON.stringify({ ...run, params: null })
}

function byArm([a], [b]) {
  const order = Object.keys(ARMS)
  return order.indexOf(a.run.arm) - order.indexOf(b.run.arm)
}

/** What a row changed, by the names of the training parameters (`use`: flips of the prepared ones that were used). */
function settingsText(run) {
  const changed = Object.entries(USUAL).filter(
    ([name, usual]) => run[name] !== undefined && run[name] !== usual,
  )
  return changed.length === 0 ? '–' : changed.map(([name]) => `${name} ${run[name]}`).join(', ')
}

function studentName({ student, backbone, widths, params }) {
  const name = student ?? params.student
  return name === 'unet' ? `unet ${widths.join('-')}` : `${name} on ${backbone}`
}

/** How often each image was seen, flipped or not. */
function passesOf({ run, examples, images, index }) {
  const count = images ?? index.images.filter(({ split }) => split === 'train').length
  return Math.round((run.epochs * examples) / count)
}

function intervalText({ scores, histograms }) {
  const at = scores.test.binary.threshold
  const images = histograms.test.map((image) => {
    const { tp, fp, fn } = countsAt(image, at)
    return { group: image.group, tp, fp, fn }
  })
  const { low, high, groups } = bootstrapIou(images)
  return `${low.toFixed(2)}–${high.toFixed(2)} (${groups} groups)`
}

function countsAt({ histogramPositive, histogramNegative }, threshold) {
  const from = Math.floor(threshold * histogramPositive.length)
  const sum = (values) => values.reduce((a, b) => a + b, 0)
  const tp = sum(histogramPositive.subarray(from))
  return { tp, fp: sum(histogramNegative.subarray(from)), fn: sum(histogramPositive) - tp }
}

/** Mean with and the change against without, with its range over the seeds: `0.71 (+0.012; -0.003 to +0.020)`. @param {readonly [number, number][]} pairs */
function changeText(pairs) {
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length
  const signed = (value) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`
  const changes = pairs.map(([on, off]) => on - off)
  const spread =
    changes.length > 1 ? `; ${signed(Math.min(...changes))} to ${signed(Math.max(...changes))}` : ''
  return `${mean(pairs.map(([on]) => on)).toFixed(3)} (${signed(mean(changes))}${spread})`
}
