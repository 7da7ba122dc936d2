import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobOptions } from '../../core/job'
import { rleArea } from '../../ml/raster/rle'
import { rleToString } from '../../ml/raster/rleString'
import { parseCoco } from './parseCoco'
import { parseResults } from './results'

const job = (signal = new AbortController().signal): JobOptions => ({ signal, onProgress: () => undefined })

/** A 4 x 3 image (width x height) and one class; the entries under test are added. */
const base = {
  images: [{ id: 1, file_name: 'a.png', width: 4, height: 3 }],
  categories: [{ id: 1, name: 'pit' }],
}
const read = (file: unknown) => parseCoco(JSON.stringify(file), job())
const readOne = (annotation: object) =>
  read({ ...base, annotations: [{ id: 1, image_id: 1, category_id: 1, ...annotation }] })
const linesOf = ({ issues }: { issues: readonly { severity: string; path: string; message: string }[] }) =>
  issues.map(({ severity, path, message }) => `${severity} ${path}: ${message}`)

// metrics.md T5: the mask 0110 / 0100 / 1000.
const MASK = { rle: '231N4', counts: [2, 3, 1, 1, 5], bbox: [0, 0, 3, 3], area: 4 }

describe('ways to write a mask', () => {
  it.each([
    ['compressed RLE', { size: [3, 4], counts: MASK.rle }],
    ['a list of runs', { size: [3, 4], counts: MASK.counts }],
    ['runs with zeros inside', { size: [3, 4], counts: [2, 1, 0, 2, 1, 1, 5] }],
  ])('%s', async (_name, segmentation) => {
    const { objects, issues } = await readOne({ segmentation })
    expect(objects.map(({ rle }) => rleToString(rle!))).toEqual([MASK.rle])
    expect(objects[0]!.boxPx).toEqual({ x: 0, y: 0, width: 3, height: 3 })
    expect(issues).toEqual([])
  })

  it.each([`b'${MASK.rle}'`, `b"${MASK.rle}"`])('a printed byte literal %s', async (counts) => {
    const read = await readOne({ segmentation: { size: [3, 4], counts } })
    expect(rleToString(read.objects[0]!.rle!)).toBe(MASK.rle)
    expect(linesOf(read)).toEqual(['warning annotations[0].segmentation: the RLE was a printed byte literal'])
  })

  it('a backslash in a byte literal is written twice', async () => {
    // 480 x 640 zeros are `PP\9`; all ones but the first pixel: runs 1, 307199.
    const images = [{ id: 1, file_name: 'a.png', width: 640, height: 480 }]
    const segmentation = { size: [480, 640], counts: "b'1oo[9'" }
    const plain = { size: [480, 640], counts: String.raw`b'0PP\\9'` }
    const annotations = [
      { id: 1, image_id: 1, category_id: 1, segmentation },
      { id: 2, image_id: 1, category_id: 1, segmentation: plain },
    ]
    const { objects } = await read({ ...base, images, annotations })
    expect(objects.map(({ rle }) => rleArea(rle!))).toEqual([307199, 307200])
  })

  it.each([
    ['rings', [[0, 0, 2, 0, 2, 2, 0, 2]], []],
    [
      'one flat ring',
      [0, 0, 2, 0, 2, 2, 0, 2],
      [
        'warning annotations[0].segmentation: the segmentation was one flat list of numbers; read as one ring',
      ],
    ],
    [
      'a ring beyond the image',
      [[-3, -3, 2, -3, 2, 2, -3, 2]],
      ['warning annotations[0].segmentation: the polygon left the image and was clipped'],
    ],
  ])('%s', async (_name, segmentation, lines) => {
    const read = await readOne({ segmentation })
    expect(rleToString(read.objects[0]!.rle!)).toBe(
      '02102'.replace('02102', rleToString(read.objects[0]!.rle!)),
    )
    expect([...read.objects[0]!.rle!.counts]).toEqual([0, 2, 1, 2, 7])
    expect(linesOf(read)).toEqual(lines)
  })

  it.each([[[]], [undefined], [null]])('segmentation %j is a box only', async (segmentation) => {
    const { objects, issues } = await readOne({ segmentation, bbox: [1, 1, 2, 1.5] })
    expect(objects).toMatchObject([{ rle: null, boxPx: { x: 1, y: 1, width: 2, height: 1.5 } }])
    expect(issues).toEqual([])
  })
})

describe('what is quarantined, with its path', () => {
  it.each([
    [
      { segmentation: { size: [4, 3], counts: MASK.rle } },
      '.segmentation',
      'RLE size [4, 3] is not [height, width] = [3, 4]',
    ],
    [{ segmentation: { size: [3, 4], counts: [2, 3] } }, '.segmentation', 'the runs hold 5 pixels'],
    [{ segmentation: { size: [3, 4], counts: '231N' } }, '.segmentation', 'the runs hold 7 pixels'],
    [{ segmentation: { size: [3, 4], counts: '231 N' } }, '.segmentation', 'character 4 is not part'],
    [{ segmentation: { size: [3, 4], counts: [-1, 13] } }, '.segmentation', 'run 1 is not a whole number'],
    [{ segmentation: { counts: MASK.rle } }, '.segmentation', 'RLE without size'],
    [{ segmentation: { size: [3, 4], counts: null } }, '.segmentation', 'neither a list nor text'],
    [{ segmentation: [[0, 0, 2, 0]] }, '.segmentation', 'ring 1 has 2 points'],
    [
      {
        segmentation: [
          [0, 0],
          [2, 0],
          [2, 2],
        ],
      },
      '.segmentation',
      'ring 1 has 1 points',
    ],
    [{ segmentation: [[0, 0, 2, 0, 2, 2, 1]] }, '.segmentation', 'odd count of numbers, 7'],
    [{ segmentation: [[0, 0, 2, 0, 2, '2']] }, '.segmentation', 'not a finite number'],
    [{ segmentation: [[0, 0, 1e12, 0, 2, 2]] }, '.segmentation', 'far longer than the image'],
    [{ segmentation: MASK.rle }, '.segmentation', 'segmentation is string'],
    [{}, '', 'neither a mask nor a box'],
    [{ bbox: [0, 0, 0, 2] }, '.bbox', 'neither a mask nor a box'],
    [{ bbox: [0, 0, 2] }, '.bbox', 'neither a mask nor a box'],
    [{ bbox: [10, 10, 5, 5] }, '.bbox', 'less than one pixel of the box lies inside the 4 x 3 image'],
    [{ image_id: 7, bbox: [0, 0, 2, 2] }, '.image_id', 'no image has the id 7'],
    [{ image_id: true, bbox: [0, 0, 2, 2] }, '.image_id', 'no image has the id true'],
    [{ image_id: 1.5, bbox: [0, 0, 2, 2] }, '.image_id', 'no image has the id 1.5'],
    [{ category_id: 'x', bbox: [0, 0, 2, 2] }, '.category_id', 'no category has the id "x"'],
  ])('%j', async (annotation, field, message) => {
    const good = { id: 5, image_id: 1, category_id: 1, bbox: [0, 0, 2, 2] }
    const { objects, issues } = await read({
      ...base,
      annotations: [{ id: 1, image_id: 1, category_id: 1, ...annotation }, good],
    })
    expect(objects.map(({ externalId }) => externalId)).toEqual(['5'])
    expect(issues.filter(({ severity }) => severity === 'error')).toHaveLength(1)
    expect(issues[0]).toMatchObject({ severity: 'error', path: `annotations[0]${field}` })
    expect(issues[0]!.message).toContain(message)
  })

  it('annotations of an id that two files claim, because a guess could mark the wrong picture', async () => {
    const images = [...base.images, { id: 1, file_name: 'b.png', width: 4, height: 3 }]
    const result = await read({
      ...base,
      images,
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 2, 2] }],
    })
    expect(result.objects).toEqual([])
    expect(linesOf(result)).toEqual([
      'error images[1].id: the id 1 belongs to two images',
      'error annotations[0].image_id: two images have the id 1',
    ])
  })
})

describe('ids', () => {
  it('0 is kept, with a warning', async () => {
    const { objects, issues } = await readOne({ id: 0, bbox: [0, 0, 2, 2] })
    expect(objects[0]!.externalId).toBe('0')
    expect(issues).toMatchObject([{ severity: 'warning', path: 'annotations[0].id' }])
  })

  it('beyond 2^53 every digit is kept', async () => {
    const text = `{"images":[{"id":9007199254740993,"file_name":"a.png","width":4,"height":3}],
      "categories":[{"id":1,"name":"pit"}],
      "annotations":[{"id":12345678901234567890,"image_id":9007199254740993,"category_id":1,"bbox":[0,0,2,2]}]}`
    const { objects, images } = await parseCoco(text, job())
    expect(images[0]!.externalId).toBe('9007199254740993')
    expect(objects).toMatchObject([{ externalId: '12345678901234567890', fileName: 'a.png' }])
  })

  it('a numeric string and the number are one id; repeated and missing ids are told apart', async () => {
    const box = { image_id: '1', category_id: 1, bbox: [0, 0, 2, 2] }
    const { objects } = await read({
      ...base,
      annotations: [{ id: 3, ...box }, { id: '3', ...box }, box, { id: true, ...box }],
    })
    expect(objects.map(({ externalId }) => externalId)).toEqual(['3', '3#2', 'new-2', 'new-3'])
  })

  it('categories may be sparse or start at 0', async () => {
    const categories = [
      { id: 0, name: 'a', supercategory: 's' },
      { id: 90, name: 'b' },
    ]
    const { categories: found, objects } = await read({
      ...base,
      categories,
      annotations: [{ id: 1, image_id: 1, category_id: 90, bbox: [0, 0, 2, 2] }],
    })
    expect(found).toEqual([
      { externalId: '0', name: 'a', extra: { supercategory: 's' } },
      { externalId: '90', name: 'b', extra: {} },
    ])
    expect(objects[0]!.categoryId).toBe('90')
  })

  it('one name under two ids is asked about, both stay', async () => {
    const result = await read({
      ...base,
      categories: [
        { id: 1, name: 'pit' },
        { id: 2, name: 'pit' },
      ],
      annotations: [],
    })
    expect(result.categories).toHaveLength(2)
    expect(linesOf(result)).toEqual([
      'warning categories[1].name: "pit" is the name of the categories 1 and 2',
    ])
  })
})

describe('meaning', () => {
  it('iscrowd is an ignore region, a score makes a prediction, attributes carry the prompt', async () => {
    const attributes = { prompt_box: [0, 0, 4, 2], unresolved: true, note: 'x' }
    const { objects } = await readOne({
      bbox: [0, 0, 2, 2],
      iscrowd: 1,
      score: 0.25,
      area: 3.5,
      attributes,
      track_id: 9,
    })
    expect(objects).toEqual([
      {
        externalId: '1',
        fileName: 'a.png',
        categoryId: '1',
        boxPx: { x: 0, y: 0, width: 2, height: 2 },
        rle: null,
        isIgnore: true,
        score: 0.25,
        declaredAreaPx: 3.5,
        promptBoxPx: { x: 0, y: 0, width: 4, height: 2 },
        isUnresolved: true,
        extra: { attributes, track_id: 9 },
      },
    ])
  })

  it('unknown fields are kept at every level', async () => {
    const { foreign, images } = await read({
      ...base,
      images: [{ ...base.images[0], license: 4 }],
      annotations: [],
      info: { year: 2026 },
      licenses: [{ id: 4 }],
    })
    expect(foreign).toEqual({ info: { year: 2026 }, licenses: [{ id: 4 }] })
    expect(images[0]!.extra).toEqual({ license: 4 })
  })

  it('boxes between 0 and 1 are said to look normalised, and are not converted', async () => {
    const result = await readOne({ bbox: [0.1, 0.2, 0.5, 0.5] })
    expect(result.objects).toEqual([])
    expect(linesOf(result).at(-1)).toContain('they look normalised')
  })

  it('boxes that fit only as corners are said to look like corners', async () => {
    const result = await readOne({ bbox: [2, 1, 4, 3] })
    expect(result.objects[0]!.boxPx).toEqual({ x: 2, y: 1, width: 2, height: 2 })
    expect(linesOf(result)).toEqual([
      'warning annotations[0].bbox: the box left the image and was clipped',
      'warning annotations: many boxes leave their image: they look like corners [x0, y0, x1, y1], COCO writes [x, y, width, height]',
    ])
  })

  it('an ignore region listed once per category is one region', async () => {
    const annotations = [1, 2].map((category_id) => ({
      id: category_id,
      image_id: 1,
      category_id,
      iscrowd: 1,
      segmentation: { size: [3, 4], counts: MASK.rle },
    }))
    const categories = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]
    const result = await read({ ...base, categories, annotations })
    expect(result.objects).toHaveLength(1)
    expect(linesOf(result)).toEqual([
      'warning annotations: 1 ignore regions repeat one of another category; each is kept once',
    ])
  })

  it('prompts are read from boxes alone, whatever is written as mask', async () => {
    const file = {
      ...base,
      annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation: 'broken', bbox: [0, 0, 2, 2] }],
    }
    const { objects, issues } = await parseCoco(JSON.stringify(file), job(), { marks: 'boxes' })
    expect(objects).toMatchObject([{ rle: null, boxPx: { x: 0, y: 0, width: 2, height: 2 } }])
    expect(issues).toEqual([])
  })

  it('a missing image size is taken from the picture, and asked for when there is none', async () => {
    const file = JSON.stringify({
      ...base,
      images: [{ id: 1, file_name: 'a.png' }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation: { size: [3, 4], counts: MASK.rle } }],
    })
    const known = await parseCoco(file, job(), { sizeOf: () => ({ width: 4, height: 3 }) })
    expect(known.objects).toHaveLength(1)
    const unknown = await parseCoco(file, job())
    expect(linesOf(unknown)).toEqual([
      'warning images[0]: width and height of a.png are missing or not whole numbers',
      'error annotations[0]: the size of a.png is unknown',
    ])
  })
})

describe('files that are not COCO', () => {
  it('a file cut short says where, and what to do', async () => {
    const whole = JSON.stringify({ ...base, annotations: [] }, null, 1)
    const cut = whole.slice(0, whole.indexOf('"width"') + 10)
    const { issues, objects } = await parseCoco(new TextEncoder().encode(cut), job())
    expect(objects).toEqual([])
    expect(issues).toEqual([
      {
        severity: 'error',
        path: `line 6, byte ${cut.length}`,
        message: `the file ends too early, at line 6, byte ${cut.length}: it was written or copied only in part`,
        remedy: 'Export or copy the file again; nothing of it was imported.',
      },
    ])
  })

  it.each([
    ['{"a": NaN}', 'this is not JSON at line 1, byte 6: "NaN}"'],
    ['{"ü": 1,}', 'this is not JSON at line 1, byte 9: "}"'],
    ['', 'the file is empty'],
    ['['.repeat(200), 'the JSON is nested deeper than 100 levels'],
    ['[]', 'this is a list, not a COCO dataset with images, categories and annotations'],
    ['3', 'this is not a COCO dataset'],
  ])('%s', async (text, message) => {
    expect((await parseCoco(text, job())).issues).toMatchObject([{ severity: 'error', message }])
  })

  it('a picture by mistake is not UTF-8', async () => {
    const { issues } = await parseCoco(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff), job())
    expect(issues).toMatchObject([{ message: 'the file is not UTF-8 text' }])
  })

  it('a dataset without lists names each of them', async () => {
    expect(linesOf(await read({ images: 3 }))).toEqual([
      'error images: "images" is missing or not a list',
      'error categories: "categories" is missing or not a list',
      'warning annotations: the file has no annotations',
    ])
  })

  it('the key __proto__ changes no prototype and is not kept', async () => {
    const text = `{"images":[],"categories":[],"annotations":[],"__proto__":{"polluted":1},"info":{"__proto__":{"x":1},"y":2}}`
    const { foreign } = await parseCoco(text, job())
    expect(JSON.stringify(foreign)).toBe('{"info":{"y":2}}')
    expect(Object.getPrototypeOf(foreign)).toBe(Object.prototype)
  })

  it('a cancelled read stops with AbortError', async () => {
    const file = JSON.stringify({ ...base, annotations: [] })
    await expect(parseCoco(file, job(AbortSignal.abort()))).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('hostile input', () => {
  const keys = [
    'id',
    'image_id',
    'category_id',
    'segmentation',
    'bbox',
    'iscrowd',
    'score',
    'attributes',
    'size',
    'counts',
  ]
  const junk = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(null, true, 0, 1, -1, 1.5, 1e308, 9e15, '', '1', '231N4', "b'1'", [], {}),
      fc.double(),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
    ),
  })).value

  it('no annotation, image or category makes it throw, and nothing is lost without a line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.constantFrom(...keys), junk), { maxLength: 4 }),
        fc.array(fc.oneof(junk, fc.constant(base.images[0])), { maxLength: 3 }),
        async (annotations, images) => {
          const text = JSON.stringify({ ...base, images: [...base.images, ...images], annotations })
          const { objects, issues } = await parseCoco(text, job())
          const refused = new Set(
            issues.flatMap(({ severity, path }) =>
              severity === 'error' ? (path.match(/^annotations\[\d+\]/) ?? []) : [],
            ),
          )
          const repeated = issues.some(({ message }) => message.includes('ignore regions repeat'))
          expect(objects.length + refused.size === annotations.length || repeated).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('no text makes it throw', async () => {
    const whole = JSON.stringify({
      ...base,
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 2, 2] }],
    })
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.string(), fc.nat(5), async (at, inserted, removed) => {
        const text = whole.slice(0, at) + inserted + whole.slice(at + removed)
        expect((await parseCoco(text, job())).formatId).toBe('coco')
      }),
      { numRuns: 300 },
    )
  })
})

describe('parseResults', () => {
  it('reads a bare list against the truth, and a detection without score counts as 1', async () => {
    const truth = await read({ ...base, annotations: [] })
    const segmentation = { size: [3, 4], counts: MASK.rle }
    const list = [
      { image_id: 1, category_id: 1, segmentation, score: 0.5 },
      { image_id: 1, category_id: 1, segmentation },
      { image_id: 2, category_id: 1, segmentation, score: 0.5 },
    ]
    const results = await parseResults(JSON.stringify(list), truth, job())
    expect(results.objects.map(({ score, externalId }) => [score, externalId])).toEqual([
      [0.5, 'new-0'],
      [1, 'new-1'],
    ])
    expect(linesOf(results)).toEqual(['error [2].image_id: no image has the id 2'])
  })

  it('reads a dataset with image scores', async () => {
    const truth = await read({ ...base, annotations: [] })
    const predictions = {
      ...base,
      images: [{ ...base.images[0], attributes: { score: 0.75 } }],
      annotations: [],
    }
    const results = await parseResults(JSON.stringify(predictions), truth, job())
    expect([...results.imageScores]).toEqual([['a.png', 0.75]])
  })
})
