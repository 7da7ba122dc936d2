import { seededRandom } from '../loop/seededRandom.mjs'
import { iouOfPlaced, moved } from './maskScores.mjs'
import { groupBy, macro, mean } from './statistics.mjs'

/** A class needs this many boxes more than those it is taught by, or there is nothing to measure on. */
const MINIMAL_REST = 3

/**
 * What the drawing style is worth: some masks of each class are accepted as the truth has them, the style is learned from
 * them and applied to the other boxes of the class; again with other masks, `draws` times.
 *
 * @param {readonly any[]} entries what `measureBoxes` found
 * @param {{ estimateStyle: Function, applyStyle: Function }} product
 * @param {{ accepted: number, draws: number, seed: number, isHuman: boolean, onDraw: () => void }} options
 */
export function styleGain(entries, product, { accepted, draws, seed, isHuman, onDraw }) {
  const classes = [...groupBy(entries, (entry) => entry.className)].filter(
    ([, group]) => group.length >= accepted + MINIMAL_REST,
  )
  if (classes.length === 0) return null
  const random = seededRandom(seed)
  const before = []
  const after = []
  for (let draw = 0; draw < draws; draw++) {
    onDraw()
    const rest = []
    for (const [className, group] of classes) {
      const shuffled = shuffle(group, random)
      const style = product.estimateStyle(shuffled.slice(0, accepted).map(exampleOf))
      for (const entry of shuffled.slice(accepted))
        rest.push({ className, before: entry.iou.embedded, after: styledIou(entry, style, product, isHuman) })
    }
    const average = (which) =>
      macro(
        rest,
        (entry) => entry.className,
        (entry) => entry[which],
      )
    before.push(average('before'))
    after.push(average('after'))
  }
  const gains = after.map((value, i) => value - before[i])
  return {
    classes: classes.length,
    boxes: classes.reduce((sum, [, group]) => sum + group.length, 0),
    before: mean(before),
    after: mean(after),
    gain: mean(gains),
    lowest: Math.min(...gains),
    highest: Math.max(...gains),
  }
}

function exampleOf({ made, boxPx, truth }) {
  return { made, boxPx, mask: moved(truth, made.boundsPx).mask }
}

function styledIou({ made, boxPx, truth, iou }, style, product, isHuman) {
  if (style === null) return iou.embedded
  const styled = product.applyStyle(made, style, boxPx).made
  return iouOfPlaced(isHuman ? moved(styled, truth.boundsPx) : styled, truth)
}

function shuffle(items, random) {
  const copy = [...items]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[copy[i], copy[j]] = [copy[j], copy[i]]
  }
  return copy
}
