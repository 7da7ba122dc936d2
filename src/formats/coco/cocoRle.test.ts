import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../core/json'
import type { BoxAnnotation } from '../../domain/records'
import { firstDifference, maskFromRows } from '../../ml/raster/__fixtures__/golden'
import { encodeRle, rleArea, rleBounds, rleFromPatch } from '../../ml/raster/rle'
import { rleToString } from '../../ml/raster/rleString'
import type { ExportObject, ExportSource } from '../format'
import { classOf, image, maskObject, quietJob as job, sourceOf } from '../__fixtures__/exportSource'
import { cocoRle } from './cocoRle'
import { parseCoco } from './parseCoco'
import { selfCheckCoco } from './selfCheck'

const DEFAULTS = { includeIgnore: false, includeAttributes: false, splitFiles: false, keepZeroIds: false }

const exportText = async (source: ExportSource, params: JsonObject = {}) => {
  const { files, report } = await cocoRle.write(source, { ...DEFAULTS, ...params } as never, job)
  return { text: new TextDecoder().decode(files[0]!.bytes), files, report }
}
const rows = (...text: string[]) => encodeRle(maskFromRows(text))

describe('an exact export comes back as it was', () => {
  const full = rows('1111', '1111', '1111')
  it.each([
    ['one pixel', rows('0000', '0010', '0000')],
    ['a diagonal one pixel wide', rows('1000', '0100', '0010')],
    ['the whole image', full],
    ['a frame that touches all borders', rows('1111', '1001', '1111')],
    [
      'a hole inside an island inside a hole',
      rows('1111111', '1000001', '1011101', '1010101', '1011101', '1000001', '1111111'),
    ],
    ['two pieces that touch by a corner', rows('1100', '1100', '0011')],
    [
      'an image 20,000 px wide',
      rleFromPatch(
        maskFromRows(['11']),
        { x: 19_998, y: 0, width: 2, height: 1 },
        { width: 20_000, height: 2 },
      ),
    ],
  ])('%s', async (_name, rle) => {
    const source = sourceOf([
      { image: image('a.png', rle.width, rle.height), objects: [maskObject('pit', rle)] },
    ])
    const { text, report } = await exportText(source)
    const { objects, issues } = await parseCoco(text, job)
    expect(objects.map((object) => rleToString(object.rle!))).toEqual([rleToString(rle)])
    expect(objects[0]!.boxPx).toEqual(rleBounds(rle))
    expect(objects[0]!.declaredAreaPx).toBe(rleArea(rle))
    expect(issues).toEqual([])
    expect(report).toMatchObject({ maskCount: 1, differingPixels: 0 })
  })

  it('4,000 masks in one image, each its own annotation', async () => {
    const size = { width: 800, height: 500 }
    const objects = Array.from({ length: 4000 }, (_, i) =>
      maskObject(
        'pit',
        rleFromPatch(
          maskFromRows(['11', '01']),
          { x: (i % 80) * 10, y: Math.floor(i / 80) * 10, width: 2, height: 2 },
          size,
        ),
      ),
    )
    const { text, report } = await exportText(sourceOf([{ image: image('a.png', 800, 500), objects }]))
    expect(report.maskCount).toBe(4000)
    const read = await parseCoco(text, job)
    expect(read.objects.map(({ rle }) => rleToString(rle!))).toEqual(
      objects.map(({ rle }) => rleToString(rle!)),
    )
  })

  it('any masks on any images', async () => {
    const anyMask = fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: 35, maxLength: 35 })
      .filter((bits) => bits.includes(1))
      .map((bits) => encodeRle({ width: 7, height: 5, data: Uint8Array.from(bits) }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyMask, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        async (perImage) => {
          const entries = perImage.map((masks, i) => ({
            image: image(`${i}.png`, 7, 5),
            objects: masks.map((rle) => maskObject('pit', rle)),
          }))
          const { objects } = await parseCoco((await exportText(sourceOf(entries))).text, job)
          expect(objects.map(({ fileName, rle }) => [fileName, rleToString(rle!)])).toEqual(
            entries.flatMap(({ image: { fileName }, objects: masks }) =>
              masks.map(({ rle }) => [fileName, rleToString(rle!)]),
            ),
          )
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('what the file says', () => {
  it('is one line per entry, with ids from 1 and the keys in one order', async () => {
    const source = sourceOf([
      { image: image('a.png', 4, 3), objects: [maskObject('pit', rows('0110', '0100', '1000'))] },
      { image: image('b.png', 4, 3, { status: 'confirmedClean' }), objects: [] },
    ])
    const { text, report } = await exportText(source)
    expect(text).toBe(`{
"images": [
{"id":1,"file_name":"a.png","width":4,"height":3},
{"id":2,"file_name":"b.png","width":4,"height":3}
],
"categories": [
{"id":1,"name":"pit"}
],
"annotations": [
{"id":1,"image_id":1,"category_id":1,"segmentation":{"size":[3,4],"counts":"231N4"},"area":4,"bbox":[0,0,3,3],"iscrowd":0}
]
}
`)
    expect(report).toMatchObject({
      imageCount: 2,
      cleanCount: 1,
      maskCount: 1,
      leftOutCount: 0,
      warnings: [],
    })
  })

  it('is byte-identical for the same project', async () => {
    const source = sourceOf([
      { image: image('a.png', 4, 3), objects: [maskObject('pit', rows('0110', '0100', '1000'))] },
    ])
    const [first, second] = [await exportText(source), await exportText(source)]
    expect(firstDifference(first.files[0]!.bytes, second.files[0]!.bytes)).toBe(-1)
  })

  it('gives back ids, fields and categories that an import brought, 0-based and sparse ones too', async () => {
    const entry = image('a.png', 2, 1, { foreign: { id: '17', extra: { license: 3 } } })
    const foreign = { id: '99', extra: { track_id: 5, attributes: { note: 'x', unresolved: true } } }
    const source = sourceOf(
      [{ image: entry, objects: [maskObject('b', rows('10'), foreign), maskObject('a', rows('01'))] }],
      [
        classOf('a', { id: '0', extra: { supercategory: 's' } }),
        classOf('b', { id: '90', extra: {} }),
        classOf('c'),
      ],
      { info: { year: 2026 } },
    )
    const file = JSON.parse((await exportText(source)).text)
    expect(file.info).toEqual({ year: 2026 })
    expect(file.images).toEqual([{ id: 17, file_name: 'a.png', width: 2, height: 1, license: 3 }])
    expect(file.categories).toEqual([
      { id: 0, name: 'a', supercategory: 's' },
      { id: 90, name: 'b' },
      { id: 91, name: 'c' },
    ])
    expect(file.annotations).toMatchObject([
      { id: 99, image_id: 17, category_id: 90, track_id: 5, attributes: { note: 'x' } },
      { id: 100, image_id: 17, category_id: 0 },
    ])
    expect(file.annotations[0].attributes).toEqual({ note: 'x' })
  })

  it('an id of 0 becomes a new one unless the caller keeps it, and both are said', async () => {
    const source = sourceOf([
      { image: image('a.png', 2, 1), objects: [maskObject('pit', rows('10'), { id: '0', extra: {} })] },
    ])
    const renumbered = await exportText(source)
    expect(JSON.parse(renumbered.text).annotations[0].id).toBe(1)
    expect(renumbered.report.warnings).toEqual(['1 annotations could not keep the id they came with'])
    const kept = await exportText(source, { keepZeroIds: true })
    expect(JSON.parse(kept.text).annotations[0].id).toBe(0)
    expect(kept.report.warnings).toEqual(['an id is 0, as in the input; evaluators count it as never found'])
  })

  it('a box without a mask stays a box, flagged; a proposal carries its score', async () => {
    const boxed: ExportObject = {
      ...maskObject('pit', rows('10')),
      kind: 'boxOnly',
      rle: null,
      mask: null,
      box: { boxPx: { x: 0.5, y: 0, width: 1.5, height: 1 }, foreign: null } as BoxAnnotation,
      attributes: { unresolved: true },
    }
    const scored = { ...maskObject('pit', rows('10')), score: 0.875 }
    const source = sourceOf([{ image: image('a.png', 2, 1), objects: [boxed, scored] }])
    const { text, report } = await exportText(source, { includeAttributes: true })
    expect(JSON.parse(text).annotations).toMatchObject([
      {
        segmentation: [],
        area: 1.5,
        bbox: [0.5, 0, 1.5, 1],
        attributes: { unresolved: true, box_only: true },
      },
      { score: 0.875 },
    ])
    expect(report).toMatchObject({ boxOnlyCount: 1, maskCount: 1 })
  })

  it('an ignore region is left out, or listed with iscrowd 1 for every class and read back as one', async () => {
    const ignore: ExportObject = {
      ...maskObject('a', rows('0110', '0000', '0000')),
      kind: 'ignore',
      classId: null,
    }
    const classes = [classOf('a'), classOf('b')]
    const source = sourceOf([{ image: image('a.png', 4, 3), objects: [ignore] }], classes)
    expect(JSON.parse((await exportText(source)).text).annotations).toEqual([])
    const { text } = await exportText(source, { includeIgnore: true })
    expect(JSON.parse(text).annotations).toMatchObject([
      { category_id: 1, iscrowd: 1 },
      { category_id: 2, iscrowd: 1 },
    ])
    const { objects } = await parseCoco(text, job)
    expect(objects).toHaveLength(1)
    expect(objects[0]!.isIgnore).toBe(true)
  })

  it('names with quotes, slashes, emoji and markup survive', async () => {
    const name = 'a"b/c\\d 🙂 <script>'
    const fileName = 'dir with space/u\u0308ber %20 🙂.png'
    const source = sourceOf(
      [{ image: image(fileName, 2, 1), objects: [maskObject(name, rows('10'))] }],
      [classOf(name)],
    )
    const { categories, images } = await parseCoco((await exportText(source)).text, job)
    expect(categories[0]!.name).toBe(name)
    expect(images[0]!.fileName).toBe(fileName)
  })

  it('one file per split, each image in one of them, and a manifest', async () => {
    const source = sourceOf([
      { image: image('a.png', 2, 1, { split: 'val' }), objects: [maskObject('pit', rows('10'))] },
      { image: image('b.png', 2, 1, { split: 'train' }), objects: [maskObject('pit', rows('01'))] },
      { image: image('c.png', 2, 1), objects: [] },
    ])
    const { files, report } = await exportText(source, { splitFiles: true })
    const read = (path: string) =>
      JSON.parse(new TextDecoder().decode(files.find((file) => file.path === path)!.bytes))
    expect(files.map(({ path }) => path)).toEqual([
      'train.json',
      'val.json',
      'unassigned.json',
      'manifest.json',
    ])
    expect(read('train.json').images).toMatchObject([{ file_name: 'b.png' }])
    expect(read('train.json').annotations).toHaveLength(1)
    expect(read('manifest.json').splits[1]).toEqual({ file: 'val.json', images: ['a.png'] })
    expect(report).toMatchObject({ maskCount: 2, imageCount: 3 })
  })

  it('an empty project has nothing to export', async () => {
    await expect(exportText(sourceOf([]))).rejects.toMatchObject({ code: 'export/nothing-to-export' })
  })

  it('one clean image is an export', async () => {
    const { report } = await exportText(
      sourceOf([{ image: image('a.png', 2, 1, { status: 'confirmedClean' }), objects: [] }]),
    )
    expect(report).toMatchObject({ imageCount: 1, cleanCount: 1, maskCount: 0 })
  })
})

describe('the self-check', () => {
  const entry = image('line/a.png', 4, 3)
  const source = sourceOf([{ image: entry, objects: [maskObject('pit', rows('0110', '0100', '1000'))] }])
  const tampered = async (change: (text: string) => string) => {
    const { text } = await exportText(source)
    expect(change(text)).not.toBe(text)
    return selfCheckCoco(
      new TextEncoder().encode(change(text)),
      source,
      [entry],
      { includeIgnore: false, keepZeroIds: false },
      job,
    )
  }

  it.each([
    ['runs that do not fill', '231N4', '321N4', 'line/a.png, object 1: the runs do not fill the image'],
    [
      'a moved pixel',
      '231N4',
      rleToString(rows('0110', '0100', '0001')),
      'line/a.png, object 1: bbox is not tight',
    ],
    [
      'another mask with the same box and area',
      '231N4',
      rleToString(rows('0110', '1000', '1000')),
      'line/a.png, object 1: 2 pixels differ',
    ],
    ['a wrong area', '"area":4', '"area":5', 'line/a.png, object 1: area 5 written, 4 pixels'],
    ['a loose box', '[0,0,3,3]', '[0,0,4,3]', 'line/a.png, object 1: bbox is not tight'],
    ['an id of 0', '{"id":1,"image_id"', '{"id":0,"image_id"', 'an id is below 1'],
    ['a crowd', '"iscrowd":0', '"iscrowd":1', 'line/a.png, object 1: iscrowd is wrong'],
    ['another class', '"name":"pit"', '"name":"dent"', 'line/a.png, object 1: another class'],
    [
      'a mask that is gone',
      /\n\{"id":1,"image_id".*\n/,
      '\n',
      'line/a.png: 0 objects written, 1 in the project',
    ],
    ['an image that is gone', /\{"id":1,"file_name".*\n/, '\n', 'the file has another number of images'],
  ])('finds %s', async (_name, from, to, message) => {
    await expect(tampered((text) => text.replace(from, to))).rejects.toMatchObject({
      code: 'export/self-check-failed',
      message: expect.stringContaining(message),
    })
  })

  it('an empty mask is refused before it is written', async () => {
    const empty = encodeRle(maskFromRows(['0000', '0000', '0000']))
    await expect(
      exportText(sourceOf([{ image: entry, objects: [maskObject('pit', empty)] }])),
    ).rejects.toMatchObject({
      code: 'export/self-check-failed',
      message: 'a mask in line/a.png is empty',
    })
  })
})
