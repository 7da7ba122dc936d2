import { expect, test } from 'vitest'
import { decodeRle } from '../../ml/raster/rle'
import { createCorrectionLog } from './correctionLog'

const size = { width: 6, height: 3 }
/** Rows of digits, one a pixel. */
const rows = (...lines: string[]) => Uint8Array.from(lines.join(''), Number)
const surely = (p: number) => new Float32Array(18).fill(p)

test('each piece of new pixels is told once, with its class, size and mean probability', () => {
  const log = createCorrectionLog(size)
  log.add(4, rows('110000', '110022', '000022'), surely(0.95))
  const first = log.report(3)
  expect(
    first.map(({ classIndex, areaPx, imageIndex, epoch }) => ({ classIndex, areaPx, imageIndex, epoch })),
  ).toEqual([
    { classIndex: 1, areaPx: 4, imageIndex: 4, epoch: 3 },
    { classIndex: 2, areaPx: 4, imageIndex: 4, epoch: 3 },
  ])
  expect(first[0]!.meanProbability).toBeCloseTo(0.95, 6)
  expect([...decodeRle(first[0]!.rle).data]).toEqual([...rows('110000', '110000', '000000')])

  // The next epoch finds the same square and a column of three more: too small to be told on its own.
  log.add(4, rows('111000', '111000', '001000'), surely(0.97))
  expect(log.report(4)).toEqual([])
  // With a fourth pixel it is a piece; the square is not told again.
  log.add(4, rows('111000', '111000', '001100'), surely(0.97))
  expect(log.report(5).map(({ areaPx }) => areaPx)).toEqual([4])
})

test('changes of several steps in one epoch add up; images come in order', () => {
  const log = createCorrectionLog(size)
  log.add(9, rows('110000', '110000', '000000'), surely(0.9))
  log.add(2, rows('000011', '000000', '000000'), surely(0.9))
  log.add(2, rows('000000', '000011', '000000'), surely(0.9))
  expect(log.report(0).map(({ imageIndex, areaPx }) => [imageIndex, areaPx])).toEqual([
    [2, 4],
    [9, 4],
  ])
})
