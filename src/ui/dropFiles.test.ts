import { expect, test } from 'vitest'
import { readDropped, type DroppedEntry } from './dropFiles'

const file = (name: string, text: string): DroppedEntry => ({
  isFile: true,
  isDirectory: false,
  name,
  file: (done) => done(new File([text], name)),
})

/** Hands out its children two at a time, as browsers do with a hundred. */
const folder = (name: string, children: readonly DroppedEntry[]): DroppedEntry => ({
  isFile: false,
  isDirectory: true,
  name,
  createReader: () => {
    const rest = [...children]
    return { readEntries: (done) => done(rest.splice(0, 2)) }
  },
})

test('a dropped folder gives all files of its sub-folders under its own name', async () => {
  const dropped = await readDropped([
    folder('line3', [file('a.png', 'aa'), file('b.png', 'b'), folder('deep', [file('c.png', 'c')])]),
  ])
  expect(dropped.files.map((picked) => [picked.path, picked.byteLength])).toEqual([
    ['line3/a.png', 2],
    ['line3/b.png', 1],
    ['line3/deep/c.png', 1],
  ])
  expect(dropped.folderName).toBe('line3')
  expect(new TextDecoder().decode(await dropped.files[0]?.bytes())).toBe('aa')
})

test('loose files have no folder name', async () => {
  const dropped = await readDropped([file('a.png', ''), file('b.png', '')])
  expect(dropped.files.map((picked) => picked.path)).toEqual(['a.png', 'b.png'])
  expect(dropped.folderName).toBeNull()
})

test('a folder that cannot be read fails with the reason of the browser', async () => {
  const locked: DroppedEntry = {
    isFile: false,
    isDirectory: true,
    name: 'locked',
    createReader: () => ({
      readEntries: (_done, failed) => failed(new DOMException('no access', 'NotReadableError')),
    }),
  }
  await expect(readDropped([locked])).rejects.toThrow('no access')
})
