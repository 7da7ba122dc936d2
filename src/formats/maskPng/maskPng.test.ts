import { unzipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BoxAnnotation } from '../../domain/records'
import { maskFromRows } from '../../ml/raster/__fixtures__/golden'
import { encodeRle } from '../../ml/raster/rle'
import { classOf, image, maskObject, quietJob, sourceOf } from '../__fixtures__/exportSource'
import type { ExportObject } from '../format'
import { decodeGreyPng } from '../png'
import { contradictingPixels } from './checkLabelMap'
import { labelMapOf } from './labelMapOf'
import { maskPng } from './maskPng'

const rows = (...text: string[]) => encodeRle(maskFromRows(text))
const classes = [classOf('pit'), classOf('crack "1"')]
const box = (x: number, y: number, width: number, height: number): ExportObject => ({
  ...maskObject('pit', rows('1')),
  kind: 'boxOnly',
  rle: null,
  mask: null,
  box: { boxPx: { x, y, width, height } } as BoxAnnotation,
})
const ignore = (...text: string[]): ExportObject => ({
  ...maskObject('pit', rows(...text)),
  kind: 'ignore',
  classId: null,
})

describe('class maps', () => {
  const objects = [
    maskObject('crack "1"', rows('0000', '0110', '0000')),
    maskObject('pit', rows('1110', '1110', '1110')),
    ignore('0000', '0010', '0000'),
    box(2, 2, 2, 1),
  ]
  const source = sourceOf(
    [
      { image: image('line 1/a.jpg', 4, 3), objects },
      { image: image('../b.png', 2, 1, { status: 'confirmedClean' }), objects: [] },
    ],
    classes,
  )

  it('hold classes, small on top, ignore over all, and boxes without a mask as ignore', async () => {
    const { files, report } = await maskPng.write(source, {}, quietJob)
    const archive = unzipSync(files[0]!.bytes)
    expect(Object.keys(archive)).toEqual([
      'README.txt',
      'classes.json',
      'masks/line 1/a.jpg.png',
      'masks/image-2.png',
    ])
    expect([...decodeGreyPng(archive['masks/line 1/a.jpg.png']!).data]).toEqual([
      1, 1, 1, 0, 1, 2, 255, 0, 1, 1, 1, 255,
    ])
    expect([...decodeGreyPng(archive['masks/image-2.png']!).data]).toEqual([0, 0])
    expect(JSON.parse(new TextDecoder().decode(archive['classes.json'])).classes[1]).toEqual({
      value: 2,
      name: 'crack "1"',
      color: '#ff0000',
    })
    expect(report).toMatchObject({
      imageCount: 2,
      maskCount: 2,
      boxOnlyCount: 1,
      cleanCount: 1,
      differingPixels: 0,
    })
  })

  it('an empty project has nothing to export', async () => {
    await expect(maskPng.write(sourceOf([]), {}, quietJob)).rejects.toMatchObject({
      code: 'export/nothing-to-export',
    })
  })
})

describe('the check of a class map', () => {
  const anyRle = fc
    .array(fc.integer({ min: 0, max: 1 }), { minLength: 30, maxLength: 30 })
    .map((bits) => encodeRle({ width: 6, height: 5, data: Uint8Array.from(bits) }))
  const anyObject = fc.oneof(
    fc.tuple(fc.constantFrom('pit', 'crack "1"'), anyRle).map(([name, rle]) => maskObject(name, rle)),
    anyRle.map((rle): ExportObject => ({ ...maskObject('pit', rle), kind: 'ignore', classId: null })),
    fc.tuple(fc.nat(4), fc.nat(3)).map(([x, y]) => box(x + 0.4, y, 1.3, 1)),
  )

  it('agrees with the painter, and finds every changed pixel outside of boxes', () => {
    fc.assert(
      fc.property(
        fc.array(anyObject, { maxLength: 5 }),
        fc.nat(29),
        fc.integer({ min: 1, max: 3 }),
        (objects, p, change) => {
          const map = labelMapOf(image('a.png', 6, 5), objects, classes)
          expect(contradictingPixels(map, objects, classes)).toBe(0)
          const withoutBoxes = objects.filter(({ kind }) => kind !== 'boxOnly')
          const painted = labelMapOf(image('a.png', 6, 5), withoutBoxes, classes)
          const data = painted.data.slice()
          data[p] = (data[p]! + change) % 256
          expect(contradictingPixels({ ...painted, data }, withoutBoxes, classes)).toBe(1)
        },
      ),
    )
  })
})
