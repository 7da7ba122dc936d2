import { describe, expect, test } from 'vitest'
import type { Click } from './generator'
import { clickedPieces, heedClicks, keepTakenOut } from './heedClicks'

/** '#' .9, 'o' .4 (half believed at threshold .5), '.' .1. */
const scoresOf = (...rows: string[]) => ({
  width: rows[0]!.length,
  height: rows.length,
  data: Float32Array.from(rows.join(''), (c) => (c === '#' ? 0.9 : c === 'o' ? 0.4 : 0.1)),
})
const click = (x: number, y: number, isPositive: boolean): Click => ({
  pointPx: { x: x + 0.5, y: y + 0.5 },
  isPositive,
})
function drawn(scores: ReturnType<typeof scoresOf>, clicks: readonly Click[], boxLongPx = 20): string[] {
  const heeded = heedClicks(scores, 0.5, clicks, boxLongPx)
  return Array.from({ length: heeded.height }, (_, y) =>
    Array.from(heeded.data.subarray(y * heeded.width, (y + 1) * heeded.width), (value) =>
      value > 0.5 ? '#' : '.',
    ).join(''),
  )
}

test('without clicks the scores are the same object', () => {
  const scores = scoresOf('#.')
  expect(heedClicks(scores, 0.5, [], 2)).toBe(scores)
})

describe('a negative click', () => {
  const two = scoresOf('####......', '####......', '####...##.', '.......##.')
  test('removes the piece under it', () => {
    expect(drawn(two, [click(7, 2, false)])).toEqual(['####......', '####......', '####......', '..........'])
  })
  test('only corrects the outline of what is more than half of the mask', () => {
    // A disc of 1 px around the pixel's centre: the pixel and its four neighbours.
    expect(drawn(two, [click(0, 0, false)])).toEqual(['..##......', '.###......', '####...##.', '.......##.'])
  })
  test('does not remove a piece that a positive click lies on', () => {
    const clicks = [click(8, 3, true), click(7, 2, false)]
    expect(drawn(two, clicks)).toEqual(['####......', '####......', '####......', '........#.'])
  })
  test('beside the mask changes nothing', () => {
    expect(drawn(two, [click(5, 1, false)])).toEqual(drawn(two, [click(9, 0, false)]))
  })
})

describe('a positive click', () => {
  test('on the mask changes nothing', () => {
    const scores = scoresOf('###', '###')
    expect(heedClicks(scores, 0.5, [click(1, 1, true)], 20).data).toEqual(scores.data)
  })
  test('pulls in what the scores half believe and that hangs together with it, within reach', () => {
    // Reach: max(3, 2) px around the click in column 2; the far end stays outside.
    expect(drawn(scoresOf('..........', '.oooooooo.', '.........o'), [click(2, 1, true)])).toEqual([
      '..........',
      '.#####....',
      '..........',
    ])
  })
  test('where nothing is believed adds nothing', () => {
    expect(drawn(scoresOf('.....', '.....'), [click(2, 0, true)])).toEqual(['.....', '.....'])
  })
  test('and a negative one: the later is the last word, but nothing comes back that was taken out', () => {
    const scores = scoresOf('.....', '.ooo.', '.....')
    expect(drawn(scores, [click(2, 1, true), click(2, 1, false)])).toEqual(['.....', '.....', '.....'])
    expect(drawn(scores, [click(2, 1, false), click(2, 1, true)])).toEqual(['.....', '.....', '.....'])
  })
})

test('the pieces under positive clicks are known', () => {
  const mask = { width: 6, height: 1, data: Uint8Array.of(1, 1, 0, 0, 1, 0) }
  expect(clickedPieces(mask, [click(4, 0, true)], 10).map((piece) => piece.boundsPx.x)).toEqual([4])
  expect(clickedPieces(mask, [click(4, 0, false)], 10)).toEqual([])
})

test('a clean-up fills a pinhole, but not the one of a negative click', () => {
  const raw = { width: 7, height: 1, data: Uint8Array.of(1, 0, 1, 1, 1, 0, 1) }
  const filled = { ...raw, data: new Uint8Array(7).fill(1) }
  const kept = keepTakenOut(filled, raw, [click(5, 0, false), click(1, 0, true)], 20)
  expect([...kept.data]).toEqual([1, 1, 1, 1, 1, 0, 1])
})
