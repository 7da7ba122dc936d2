import { expect, test } from 'vitest'
import { imageGroup } from './imageGroup'

test.each([
  ['kos01_Part2.jpg', 'kos01'],
  ['kos01_Part5.jpg', 'kos01'],
  ['plate7_3_4.png', 'plate7'],
  ['0012 (2).png', '0012'],
  ['0012.png', '0012'],
  ['IMG-0031-b.jpeg', 'img_0031'],
  ['week 3/IMG_0031_cam2.png', 'week 3/img_0031'],
])('%s is a view of %s', (fileName, group) => {
  expect(imageGroup({ fileName })).toBe(group)
})

test.each([
  // No number before the piece: it is the running number of the thing itself.
  ['scratch_01.png', 'scratch_02.png'],
  ['inclusion_106.jpg', 'inclusion_113.jpg'],
  // Three digits and more are running numbers, also after a date or an experiment.
  ['2026-03-01_0001.png', '2026-03-01_0002.png'],
  ['blowhole_exp1_num_108719.jpg', 'blowhole_exp1_num_317483.jpg'],
  ['00041000_test.jpg', '00041142_test.jpg'],
  // Folders keep apart.
  ['a/0012_1.png', 'b/0012_2.png'],
])('%s and %s are independent', (one, other) => {
  expect(imageGroup({ fileName: one })).not.toBe(imageGroup({ fileName: other }))
})

test('a name of separators alone is a group of its own', () => {
  expect(imageGroup({ fileName: '_.png' })).toBe('')
  expect(imageGroup({ fileName: 'x/_.png' })).toBe('x/')
})
