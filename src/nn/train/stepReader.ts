import { AppError } from '../../core/errors'
import { disposeReport, type StudentLossReport } from '../losses/studentLoss'

/** So many steps in a row without a finite loss mean that the run is lost. */
const MAX_SKIPPED_IN_A_ROW = 10

/** Sums over the steps of an epoch that had a finite loss; `skipped` counts the others. */
export interface EpochTotals {
  readonly steps: number
  readonly loss: number
  readonly fine: number
  readonly binary: number
  readonly corrected: number
  readonly skipped: number
  /** Images that the cap of self-correction left alone at least once. */
  readonly cappedImages: ReadonlySet<number>
}

export interface ReaderCounts {
  readonly totals: EpochTotals
  readonly skippedInARow: number
}

/** Self-correction of one example in one step: class (0 = unchanged) and probability, row-major. */
export type CorrectionListener = (
  example: number,
  changedTo: ArrayLike<number>,
  probability: ArrayLike<number>,
) => void

/** Keeps what the steps report on the device until it is read, several steps at once. */
export interface StepReader {
  /** `examples` are the indices in the batch, in order. Takes the report. */
  add(examples: readonly number[], report: StudentLossReport): void
  readonly unread: number
  /** The losses of the unread steps. Throws `train/diverged`. */
  read(): Promise<readonly number[]>
  /** The sums since the last call. */
  takeTotals(): EpochTotals
  /** What was read since the last call of `takeTotals`, for a reader that goes on from here. */
  counts(): ReaderCounts
  dispose(): void
}

const NOTHING: EpochTotals = {
  steps: 0,
  loss: 0,
  fine: 0,
  binary: 0,
  corrected: 0,
  skipped: 0,
  cappedImages: new Set(),
}

/** `imageOf` gives an example's image: several may share one. */
export function createStepReader(
  imageOf: (example: number) => number,
  onCorrection: CorrectionListener,
  start: ReaderCounts = { totals: NOTHING, skippedInARow: 0 },
): StepReader {
  let open: { readonly examples: readonly number[]; readonly report: StudentLossReport }[] = []
  let { totals, skippedInARow } = start

  async function readCorrections(report: StudentLossReport, examples: readonly number[]): Promise<void> {
    if (report.corrections === null) return
    const { changedTo, probability } = report.corrections
    const [classes, probabilities] = [await changedTo.data(), await probability.data()]
    const pixels = classes.length / examples.length
    examples.forEach((example, i) => {
      const [from, to] = [i * pixels, (i + 1) * pixels]
      onCorrection(example, classes.subarray(from, to), probabilities.subarray(from, to))
    })
  }

  return {
    add: (examples, report) => void open.push({ examples, report }),
    get unread() {
      return open.length
    },
    read: async () => {
      const losses: number[] = []
      for (const { examples, report } of open) {
        const [loss, fine, binary, corrected, ...isCapped] = (await report.terms.data()) as unknown as Terms
        losses.push(loss)
        if (Number.isFinite(loss)) {
          totals = {
            ...totals,
            steps: totals.steps + 1,
            loss: totals.loss + loss,
            fine: totals.fine + fine,
            binary: totals.binary + binary,
            corrected: totals.corrected + corrected,
            cappedImages: new Set([
              ...totals.cappedImages,
              ...examples.filter((_, i) => isCapped[i] === 1).map(imageOf),
            ]),
          }
          skippedInARow = 0
          if (corrected > 0) await readCorrections(report, examples)
        } else {
          totals = { ...totals, skipped: totals.skipped + 1 }
          skippedInARow++
        }
      }
      for (const { report } of open) disposeReport(report)
      open = []
      if (skippedInARow >= MAX_SKIPPED_IN_A_ROW) {
        throw new AppError('train/diverged', `no finite loss in ${skippedInARow} steps in a row`)
      }
      return losses
    },
    takeTotals: () => {
      const taken = totals
      totals = NOTHING
      return taken
    },
    counts: () => ({ totals, skippedInARow }),
    dispose: () => {
      for (const { report } of open) disposeReport(report)
      open = []
    },
  }
}

/** As `StudentLossReport.terms` lists them. */
type Terms = readonly [loss: number, fine: number, binary: number, corrected: number, ...isCapped: number[]]
