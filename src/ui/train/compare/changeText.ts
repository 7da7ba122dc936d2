import type { ChangedMask } from '../../../app/training/compareRuns'
import { assertNever } from '../../../core/assert'
import type { ClassId } from '../../../domain/records'

type Change = Pick<ChangedMask, 'kind' | 'classA' | 'classB' | 'iou' | 'changedPx'>

/** A change in few words for the picture, and in a sentence for readers who cannot see it. */
export function changeText(
  { kind, classA, classB, iou, changedPx }: Change,
  nameOf: (id: ClassId | null) => string,
): { readonly short: string; readonly long: string } {
  const pixels = `${changedPx.toLocaleString('en')} px`
  switch (kind) {
    case 'onlyA':
      return { short: `only A: ${nameOf(classA)}`, long: `only A sees a ${nameOf(classA)}, ${pixels}` }
    case 'onlyB':
      return { short: `only B: ${nameOf(classB)}`, long: `only B sees a ${nameOf(classB)}, ${pixels}` }
    case 'class':
      return {
        short: `${nameOf(classA)} → ${nameOf(classB)}`,
        long: `A calls it ${nameOf(classA)}, B ${nameOf(classB)}, ${pixels}`,
      }
    case 'shape': {
      const other = classA === classB ? '' : `, ${nameOf(classA)} in A and ${nameOf(classB)} in B`
      return {
        short: `IoU ${iou.toFixed(2)}`,
        long: `other shape, IoU ${iou.toFixed(2)}, ${pixels} differ${other}`,
      }
    }
    default:
      return assertNever(kind)
  }
}
