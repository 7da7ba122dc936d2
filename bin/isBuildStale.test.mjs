import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isBuildStale } from './isBuildStale.mjs'

let root = ''
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'stale-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** A file whose last change is `minute` minutes after the epoch; folders on the way keep the same time. */
function write(file, minute) {
  const full = path.join(root, file)
  mkdirSync(path.dirname(full), { recursive: true })
  writeFileSync(full, file)
  for (let at = full; at !== root; at = path.dirname(at)) utimesSync(at, minute * 60, minute * 60)
}

test('a build newer than all sources is used as it is', () => {
  write('src/ui/App.tsx', 1)
  write('dist/index.html', 2)
  expect(isBuildStale(root)).toBe(false)
})

test('no build, or a changed source deep inside, asks for a new one', () => {
  write('src/ui/App.tsx', 3)
  expect(isBuildStale(root)).toBe(true)
  write('dist/index.html', 2)
  expect(isBuildStale(root)).toBe(true)
})

test('a removed source asks for a new one: the time of its folder tells', () => {
  write('src/ui/App.tsx', 1)
  write('src/ui/Old.tsx', 1)
  write('dist/index.html', 2)
  rmSync(path.join(root, 'src/ui/Old.tsx'))
  expect(isBuildStale(root)).toBe(true)
})
