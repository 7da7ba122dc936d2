import { createHash } from 'node:crypto'
import { strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import type { AnyRecord, BlobHash } from '../domain/records'
import { blobsOf, readProjectFile, writeProjectFile } from './projectFile'

const job = { signal: new AbortController().signal, onProgress: () => {} }
const sha256 = async (bytes: Uint8Array): Promise<string> => createHash('sha256').update(bytes).digest('hex')
const picture = strToU8('a picture')
const pictureHash = createHash('sha256').update(picture).digest('hex') as BlobHash

const records = [
  {
    id: 'project:1',
    type: 'project',
    name: 'Line 3 <script>"é"',
    createdAt: '2026-01-01T00:00:00.000Z',
    classOrder: [],
    foreign: {},
    isSample: false,
  },
  {
    id: 'image:1',
    type: 'image',
    fileName: 'ü/a.png',
    width: 2,
    height: 3,
    pixels: pictureHash,
    byteLength: 9,
    mimeType: 'image/png',
    status: 'unseen',
    split: null,
    addedAt: '2026-01-01T00:00:00.000Z',
    foreign: null,
  },
] as unknown as AnyRecord[]

const write = (): Promise<Uint8Array<ArrayBuffer>> =>
  writeProjectFile({ records, blob: async () => picture }, job)

test('what is written reads back: records and blobs', async () => {
  const opened = await readProjectFile(await write(), sha256, job)
  expect(opened.records).toEqual(records)
  expect(opened.blobs.map((blob) => [...blob])).toEqual([[...picture]])
  expect(opened.issues).toEqual([])
})

test('equal projects give equal bytes', async () => {
  expect(await write()).toEqual(await write())
  expect(blobsOf(records)).toEqual([pictureHash])
})

test('a blob whose bytes changed is reported and left out, the records stay', async () => {
  const file = zipSync({
    'project.json': strToU8(JSON.stringify({ format: 'maskwright-project', version: 1, records })),
    [`blobs/${pictureHash}`]: strToU8('other'),
  })
  const opened = await readProjectFile(file, sha256, job)
  expect(opened.records).toHaveLength(2)
  expect(opened.blobs).toEqual([])
  expect(opened.issues).toMatchObject([{ severity: 'error', path: `blobs/${pictureHash}` }])
})

test('a faulty record is quarantined with its place', async () => {
  const file = zipSync({
    'project.json': strToU8(
      JSON.stringify({
        format: 'maskwright-project',
        version: 1,
        records: [records[0], { type: 'image', id: 'image:9' }],
      }),
    ),
  })
  const opened = await readProjectFile(file, sha256, job)
  expect(opened.records).toHaveLength(1)
  expect(opened.issues[0]).toMatchObject({ path: 'records[1]', severity: 'error' })
})

test('a file from the future is refused by name', async () => {
  const file = zipSync({
    'project.json': strToU8(JSON.stringify({ format: 'maskwright-project', version: 99, records: [] })),
  })
  await expect(readProjectFile(file, sha256, job)).rejects.toMatchObject({ code: 'storage/project-too-new' })
})

test.each([
  ['a file that is no ZIP', strToU8('hello, I am not a zip')],
  ['an empty file', new Uint8Array(0)],
  ['a ZIP without project.json', zipSync({ 'readme.txt': strToU8('x') })],
  ['half-written JSON', zipSync({ 'project.json': strToU8('{"format":"maskwright-project","ver') })],
])('%s is refused with a sentence', async (_, bytes) => {
  await expect(readProjectFile(bytes, sha256, job)).rejects.toMatchObject({ code: 'data/unreadable-file' })
})

test('names that climb out of the archive are left out with a warning', async () => {
  const file = zipSync({
    'project.json': strToU8(JSON.stringify({ format: 'maskwright-project', version: 1, records })),
    '../../evil': strToU8('x'),
    [`blobs/${pictureHash}`]: picture,
  })
  const opened = await readProjectFile(file, sha256, job)
  expect(opened.issues).toMatchObject([{ severity: 'warning', path: '../../evil' }])
})

test('a file cut in half is refused', async () => {
  const bytes = await write()
  const half = readProjectFile(bytes.slice(0, bytes.length >> 1), sha256, job)
  await expect(half).rejects.toMatchObject({ code: 'data/unreadable-file' })
})

test('a picture with one damaged byte is reported, the project opens', async () => {
  const bytes = await write()
  const at = Buffer.from(bytes).indexOf('a picture')
  bytes[at] = 0x62
  const opened = await readProjectFile(bytes, sha256, job)
  expect(opened.records).toHaveLength(2)
  expect(opened.issues).toMatchObject([
    { severity: 'error', path: `blobs/${pictureHash}`, message: 'does not match its checksum' },
  ])
})

test('a JSON nested beyond all reason is refused, not walked', async () => {
  const deep = `{"format":"maskwright-project","version":1,"records":${'['.repeat(5000)}${']'.repeat(5000)}}`
  const file = zipSync({ 'project.json': strToU8(deep) })
  await expect(readProjectFile(file, sha256, job)).rejects.toMatchObject({ code: 'data/unreadable-file' })
})
