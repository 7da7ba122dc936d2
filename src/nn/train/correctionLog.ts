import type { Size } from '../../core/geometry'
import type { TrainingEvent } from '../../ml/training'
import { connectedComponents } from '../../ml/raster/components'
import { rleFromPatch } from '../../ml/raster/rle'

type Correction = Extract<TrainingEvent, { kind: 'correction' }>

/** Smaller pieces are noise that nobody should review. */
const MIN_COMPONENT_PX = 4

interface ImageLog {
  /** Class that a pixel was changed to in this epoch, 0 = none. */
  readonly changedTo: Uint8Array
  readonly probability: Float32Array
  /** Pixels that an earlier report has named. */
  readonly reported: Uint8Array
}

/** Collects what self-correction changed, image by image, and tells of each new piece once. */
export interface CorrectionLog {
  /** The changes of one example in one step: class (0 = unchanged) and probability, row-major. */
  add(imageIndex: number, changedTo: ArrayLike<number>, probability: ArrayLike<number>): void
  /** Pieces of pixels that no report has named yet, one class each, in the order of the images. */
  report(epoch: number): Correction[]
  /** By image index: the pixels that reports have named, 1 each. */
  reported(): ReadonlyMap<number, Uint8Array>
}

/** `reported`: what an earlier log of the same run had named. */
export function createCorrectionLog(
  { width, height }: Size,
  reported: ReadonlyMap<number, Uint8Array> = new Map(),
): CorrectionLog {
  const pixels = width * height
  const newLog = (named: Uint8Array): ImageLog => ({
    changedTo: new Uint8Array(pixels),
    probability: new Float32Array(pixels),
    reported: named,
  })
  const logs = new Map([...reported].map(([imageIndex, named]) => [imageIndex, newLog(named.slice())]))
  return {
    reported: () =>
      new Map(
        [...logs]
          .filter(([, log]) => log.reported.includes(1))
          .map(([imageIndex, log]) => [imageIndex, log.reported]),
      ),
    add: (imageIndex, changedTo, probability) => {
      let log = logs.get(imageIndex)
      for (let p = 0; p < pixels; p++) {
        if (changedTo[p] === 0) continue
        if (log === undefined) {
          log = newLog(new Uint8Array(pixels))
          logs.set(imageIndex, log)
        }
        log.changedTo[p] = changedTo[p]!
        log.probability[p] = probability[p]!
      }
    },
    report: (epoch) => {
      const found: Correction[] = []
      for (const [imageIndex, log] of [...logs].sort(([a], [b]) => a - b)) {
        const classes = new Set<number>()
        for (let p = 0; p < pixels; p++) {
          if (log.reported[p] === 1) log.changedTo[p] = 0
          else if (log.changedTo[p] !== 0) classes.add(log.changedTo[p]!)
        }
        for (const classIndex of [...classes].sort((a, b) => a - b)) {
          const mask = { width, height, data: log.changedTo.map((value) => (value === classIndex ? 1 : 0)) }
          for (const component of connectedComponents(mask, 8)) {
            if (component.areaPx < MIN_COMPONENT_PX) continue
            const { boundsPx, areaPx } = component
            let sum = 0
            for (let y = 0; y < boundsPx.height; y++) {
              for (let x = 0; x < boundsPx.width; x++) {
                if (component.mask.data[y * boundsPx.width + x] === 0) continue
                const p = (boundsPx.y + y) * width + boundsPx.x + x
                sum += log.probability[p]!
                log.reported[p] = 1
              }
            }
            found.push({
              kind: 'correction',
              epoch,
              imageIndex,
              classIndex,
              rle: rleFromPatch(component.mask, boundsPx, { width, height }),
              areaPx,
              meanProbability: sum / areaPx,
            })
          }
        }
        log.changedTo.fill(0)
      }
      return found
    },
  }
}
