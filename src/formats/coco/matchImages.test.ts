import { describe, expect, it } from 'vitest'
import { matchImages } from './matchImages'

const ours = (...names: string[]) => names.map((fileName) => ({ fileName, width: 4, height: 3 }))
const theirs = (...names: string[]) =>
  ours(...names).map((image, i) => ({ ...image, externalId: `${i + 1}`, extra: {} }))
const pairs = (imported: string[], project: string[]) => [
  ...matchImages(theirs(...imported), ours(...project)).projectFileOf,
]

describe('matchImages', () => {
  it.each([
    ['the same path', 'line1/a.png', 'line1/a.png'],
    ['backslashes', 'line1\\a.png', 'line1/a.png'],
    ['a leading ./', './a.png', 'a.png'],
    ['percent codes', 'line%201/a%2Bb.png', 'line 1/a+b.png'],
    ['a percent sign that is no code', '100%.png', '100%.png'],
    ['the unique base name', '/data/set/a.png', 'line1/a.png'],
    ['decomposed umlauts', 'u\u0308ber.png', '\u00fcber.png'],
    ['another case', 'A.PNG', 'a.png'],
    ['base name, form and case together', 'X\\U\u0308BER.png', 'y/\u00fcber.png'],
  ])('%s', (_name, imported, project) => {
    expect(pairs([imported], [project])).toEqual([[imported, project]])
  })

  it('the same base name in two folders is never guessed', () => {
    const { projectFileOf, missing, extra, issues } = matchImages(theirs('a.png'), ours('x/a.png', 'y/a.png'))
    expect([...projectFileOf]).toEqual([])
    expect({ missing, extra }).toEqual({ missing: ['a.png'], extra: ['x/a.png', 'y/a.png'] })
    expect(issues).toMatchObject([
      { path: 'images[0]', message: 'a.png could be several pictures of the project' },
    ])
  })

  it('an exact path wins over another base name, and what is left is not guessed', () => {
    expect(pairs(['a.png', 'sub/a.png'], ['a.png'])).toEqual([['a.png', 'a.png']])
    expect(pairs(['x/a.png', 'z/a.png'], ['x/a.png', 'y/a.png'])).toEqual([['x/a.png', 'x/a.png']])
  })

  it('two names that differ only in case stay apart', () => {
    expect(pairs(['a.png', 'A.png'], ['A.png', 'a.png'])).toEqual([
      ['a.png', 'a.png'],
      ['A.png', 'A.png'],
    ])
    expect(pairs(['B.png'], ['b.png', 'b.PNG'])).toEqual([])
  })

  it('a missing and an extra picture are listed, the rest matches', () => {
    const { projectFileOf, missing, extra } = matchImages(theirs('a.png', 'b.png'), ours('b.png', 'c.png'))
    expect([...projectFileOf]).toEqual([['b.png', 'b.png']])
    expect({ missing, extra }).toEqual({ missing: ['a.png'], extra: ['c.png'] })
  })

  it('marks of a picture turned by its camera wait, with the reason', () => {
    const turned = matchImages(theirs('a.png'), [{ fileName: 'a.png', width: 3, height: 4 }])
    expect(turned.missing).toEqual(['a.png'])
    expect(turned.issues[0]!.message).toBe('a.png: the file says 4 x 3, the picture has 3 x 4')
    expect(turned.issues[0]!.remedy).toContain('EXIF')
  })

  it('a file that says no size fits any picture', () => {
    const [image] = theirs('a.png')
    const matches = matchImages([{ ...image!, width: 0, height: 0 }], ours('a.png'))
    expect([...matches.projectFileOf]).toEqual([['a.png', 'a.png']])
  })
})
