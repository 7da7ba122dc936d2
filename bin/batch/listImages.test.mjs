import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listImages } from './listImages.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'maskwright-images-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(...names) {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), '')
  }
}

test('finds images in sub-folders and names them relatively, in a stable order', () => {
  put('b.png', 'line 3/ä.JPG', 'line 3/deep/c.webp', 'a.bmp', 'notes.txt')
  expect(listImages(folder).images.map((image) => image.path)).toEqual([
    'a.bmp',
    'b.png',
    'line 3/deep/c.webp',
    'line 3/ä.JPG',
  ])
})

test('pictures of a kind we cannot read are told apart from other files', () => {
  put('a.tiff', 'b.HEIC', 'readme.md')
  expect(listImages(folder)).toEqual({ images: [], unreadable: ['a.tiff', 'b.HEIC'] })
})

test('hidden files, dangling links and circles of links do no harm', () => {
  put('.cache/x.png', '.y.png', 'part/z.png')
  symlinkSync(folder, path.join(folder, 'part/again'))
  symlinkSync(path.join(folder, 'gone.png'), path.join(folder, 'dangling.png'))
  expect(listImages(folder).images.map((image) => image.path)).toEqual(['part/z.png'])
})
