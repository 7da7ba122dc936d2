import { describe, expect, test } from 'vitest'
import { readLabels } from './readLabels'
import { writeLabels } from './writeLabels'

describe('JSON', () => {
  test('a list of classes labels a picture, an empty list confirms it as clean', () => {
    expect(readLabels('{"a.png": ["scratch", "pit"], "b/c.png": []}')).toEqual({
      labels: [
        { fileName: 'a.png', classes: ['scratch', 'pit'] },
        { fileName: 'b/c.png', classes: [] },
      ],
      issues: [],
    })
  })

  test('a faulty entry is named by its path and the rest goes on', () => {
    const { labels, issues } = readLabels(
      '{"a.png": "scratch", "b.png": [""], "c.png": [1], "d.png": ["pit"]}',
    )
    expect(labels).toEqual([{ fileName: 'd.png', classes: ['pit'] }])
    expect(issues.map((issue) => issue.path)).toEqual(['a.png', 'b.png[0]', 'c.png'])
    expect(issues.every((issue) => issue.severity === 'error' && issue.remedy !== null)).toBe(true)
  })

  test('a class that is listed twice or with blanks around it counts once', () => {
    expect(readLabels('{"a.png": ["pit", " pit "]}').labels).toEqual([
      { fileName: 'a.png', classes: ['pit'] },
    ])
  })

  test('a picture that comes twice is told and not guessed at', () => {
    const { labels, issues } = readLabels('{"a.png": [], "b.png": ["pit"], "a\\u002epng": ["pit"]}')
    expect(labels).toEqual([{ fileName: 'b.png', classes: ['pit'] }])
    expect(issues).toMatchObject([{ path: 'a.png', severity: 'error' }])
  })

  test('what is no label file says what it is instead', () => {
    expect(readLabels('{"a.png": [').issues[0]?.message).toMatch(/ends too early/)
    expect(readLabels('["a.png"]').issues[0]?.message).toMatch(/must be an object/)
    expect(readLabels('{"images": [], "annotations": [], "categories": []}').issues[0]).toMatchObject({
      message: 'this is a COCO file, not a label file',
      remedy: expect.stringContaining('Export'),
    })
    expect(readLabels('').issues[0]?.message).toMatch(/empty/)
  })

  test('a byte order mark is no fault', () => {
    expect(readLabels('\uFEFF{"a.png": []}').labels).toHaveLength(1)
  })
})

describe('CSV', () => {
  test('lines of file and class, with or without a heading, with comma, semicolon or tab', () => {
    const expected = [
      { fileName: 'a.png', classes: ['scratch', 'pit'] },
      { fileName: 'b.png', classes: [] },
    ]
    expect(readLabels('file,label\na.png,scratch\nb.png,\na.png,pit\n').labels).toEqual(expected)
    expect(readLabels('a.png;scratch\r\na.png;pit\r\nb.png;\r\n').labels).toEqual(expected)
    expect(readLabels('a.png\tscratch\na.png\tpit\nb.png\t').labels).toEqual(expected)
  })

  test('quotes hold the separator and themselves', () => {
    expect(readLabels('"a, 1.png","the ""deep"" one"').labels).toEqual([
      { fileName: 'a, 1.png', classes: ['the "deep" one'] },
    ])
  })

  test('a picture that is clean on one line and defective on another is a fault of that line', () => {
    const { labels, issues } = readLabels('a.png,\nb.png,pit\na.png,pit')
    expect(labels).toEqual([{ fileName: 'b.png', classes: ['pit'] }])
    expect(issues).toMatchObject([{ path: 'line 1' }])
  })

  test('a line with too many cells is named and the rest goes on', () => {
    const { labels, issues } = readLabels('a.png,pit\nb.png,pit,scratch\nc.png,pit')
    expect(labels.map((label) => label.fileName)).toEqual(['a.png', 'c.png'])
    expect(issues).toMatchObject([{ path: 'line 2' }])
  })

  test('text that is neither gives one issue', () => {
    expect(readLabels('just some words')).toMatchObject({ labels: [], issues: [{ path: 'line 1' }] })
  })
})

test('what is written reads back the same, in the order of names', () => {
  const labels = [
    { fileName: 'b "1".png', classes: ['pit', 'ß/<script>'] },
    { fileName: 'a.png', classes: [] },
  ]
  const text = writeLabels(labels)
  expect(text).toBe('{\n  "a.png": [],\n  "b \\"1\\".png": ["pit", "ß/<script>"]\n}\n')
  expect(readLabels(text)).toEqual({ labels: [labels[1], labels[0]], issues: [] })
  expect(writeLabels([])).toBe('{}\n')
})
