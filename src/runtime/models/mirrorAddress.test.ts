import { expect, test } from 'vitest'
import { createCell } from '../../core/observable'
import { createMirrorSetting, readMirrorAddress } from './mirrorAddress'

function memory(): Storage {
  const map = new Map<string, string>()
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  } as Storage
}

test.each([
  [' https://mirror.example/ ', 'https://mirror.example'],
  ['https://mirror.example/weights/hf/', 'https://mirror.example/weights/hf'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080/x'],
])('%s is an address', (text, address) => {
  expect(readMirrorAddress(text)).toBe(address)
})

test.each([
  ['mirror.example', 'with its scheme'],
  ['http://mirror.example', 'must begin with https://'],
  ['ftp://mirror.example', 'must begin with https://'],
  ['javascript:alert(1)', 'must begin with https://'],
  ['https://me:secret@mirror.example', 'user name'],
  ['https://mirror.example/?token=1', 'what follows'],
])('%s is refused with the reason', (text, words) => {
  expect(() => readMirrorAddress(text)).toThrow(words)
})

test('a mirror is remembered, a refused one changes nothing, an empty one is the host again', () => {
  const kept = memory()
  const setting = createMirrorSetting(kept, createCell<string | null>(null))
  setting.setMirror('https://mirror.example/')
  expect(() => setting.setMirror('nonsense')).toThrow('no mirror address')
  expect(createMirrorSetting(kept, createCell<string | null>(null)).mirror.get()).toBe(
    'https://mirror.example',
  )
  setting.setMirror('  ')
  expect(setting.mirror.get()).toBeNull()
  expect(createMirrorSetting(kept, createCell<string | null>(null)).mirror.get()).toBeNull()
})
