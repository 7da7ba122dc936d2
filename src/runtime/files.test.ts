import { describe, expect, test } from 'vitest'
import { normalisePath } from './files'
import { walkFolder, type FileHandle, type FolderHandle } from './walkFolder'

const file = (name: string): FileHandle => ({
  kind: 'file',
  name,
  getFile: () => Promise.resolve(new File(['x'], name)),
})
const folder = (name: string, ...entries: (FileHandle | FolderHandle)[]): FolderHandle => ({
  kind: 'directory',
  name,
  // oxlint-disable-next-line typescript/require-await
  values: async function* () {
    yield* entries
  },
})

describe('walkFolder', () => {
  test('finds every file below, ordered by path, without the name of the folder itself', async () => {
    const root = folder(
      'line3',
      file('z.png'),
      folder('b', folder('c', file('1.png')), file('2.png')),
      file('a.png'),
    )
    expect((await walkFolder(root)).map(({ path }) => path)).toEqual([
      'a.png',
      'b/2.png',
      'b/c/1.png',
      'z.png',
    ])
  })

  test('an empty folder has no files', async () => {
    expect(await walkFolder(folder('empty'))).toEqual([])
  })
})

describe('normalisePath', () => {
  test.each([
    ['a\\b\\c.png', 'a/b/c.png'],
    ['./a/b.png', 'a/b.png'],
    ['/a.png', 'a.png'],
    ['.hidden/ü %20.png', '.hidden/ü %20.png'],
  ])('%s becomes %s', (path, expected) => {
    expect(normalisePath(path)).toBe(expected)
  })
})
