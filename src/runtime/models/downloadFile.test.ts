import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import {
  cutAfter,
  page,
  ranges,
  stallAfter,
  startModelServer,
  status,
  whole,
  type Behaviour,
  type ModelServer,
} from './__fixtures__/modelServer'
import { downloadFile, type DownloadDeps, type DownloadRequest } from './downloadFile'
import { createMemoryPartFiles } from './partFiles'

// Larger than one chunk of a stream, and of a pattern that no shifted copy of itself equals.
const BODY = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8) * 17) & 255))
const SHA = createHash('sha256').update(BODY).digest('hex')

const servers: ModelServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(...behaviours: readonly Behaviour[]): Promise<ModelServer> {
  const server = await startModelServer(BODY, ...behaviours)
  servers.push(server)
  return server
}

function request(server: ModelServer, overrides: Partial<DownloadRequest> = {}): DownloadRequest {
  return { url: server.url, name: 'encoder.onnx', bytes: BODY.length, sha256: SHA, ...overrides }
}

function deps(overrides: Partial<DownloadDeps> = {}): DownloadDeps {
  return {
    fetchUrl: (url, init) => fetch(url, init),
    parts: createMemoryPartFiles(),
    locks: null,
    ...overrides,
  }
}

const never = new AbortController().signal
const quiet = (): void => undefined

async function bytesOf(blob: Blob | null): Promise<Buffer> {
  return Buffer.from(await blob!.arrayBuffer())
}

test('a whole file with the right hash is finished, and progress ends at its length', async () => {
  const told: number[] = []
  const blob = await downloadFile(request(await serve(ranges)), deps(), never, (bytes) => told.push(bytes))
  expect((await bytesOf(blob)).equals(BODY)).toBe(true)
  expect(told[0]).toBe(0)
  expect(told.at(-1)).toBe(BODY.length)
})

test('a connection that breaks off goes on by itself from the byte where it stopped', async () => {
  const server = await serve(cutAfter(100_000), cutAfter(50_000), ranges)
  const blob = await downloadFile(request(server), deps(), never, quiet)
  expect((await bytesOf(blob)).equals(BODY)).toBe(true)
  expect(server.asked).toEqual([0, 100_000, 150_000])
})

test('a download that was given up goes on at the next call, and says how far it was', async () => {
  const parts = createMemoryPartFiles()
  const broken = await serve(cutAfter(100_000), status(503))
  await expect(downloadFile(request(broken), deps({ parts }), never, quiet)).rejects.toMatchObject({
    code: 'model/unreachable',
  })
  const good = await serve(ranges)
  const told: number[] = []
  const blob = await downloadFile(request(good), deps({ parts }), never, (bytes) => told.push(bytes))
  expect(good.asked).toEqual([100_000])
  expect(told[0]).toBe(100_000)
  expect((await bytesOf(blob)).equals(BODY)).toBe(true)
})

test('a server that ignores ranges is taken from its start', async () => {
  const server = await serve(cutAfter(100_000), whole)
  const blob = await downloadFile(request(server), deps(), never, quiet)
  expect(server.asked).toEqual([0, 100_000])
  expect((await bytesOf(blob)).equals(BODY)).toBe(true)
})

test('another file of the same length: the message has both hashes, and nothing of it stays', async () => {
  const parts = createMemoryPartFiles()
  const server = await serve(ranges)
  const wanted = 'ab'.repeat(32)
  await expect(
    downloadFile(request(server, { sha256: wanted }), deps({ parts }), never, quiet),
  ).rejects.toMatchObject({
    code: 'model/hash-mismatch',
    message: `encoder.onnx from ${new URL(server.url).host} is not the expected file: expected SHA-256 ${wanted}, found ${SHA}. It was deleted and is not used`,
  })
  expect((await parts.open(wanted)).size()).toBe(0)
})

test('a file that is longer than expected is refused without reading on for ever', async () => {
  const server = await serve(ranges)
  await expect(downloadFile(request(server, { bytes: 1000 }), deps(), never, quiet)).rejects.toMatchObject({
    code: 'model/hash-mismatch',
    message: expect.stringContaining('longer than 1000 bytes') as string,
  })
})

test('a file that is shorter than expected is an interrupted download, and its bytes stay', async () => {
  const parts = createMemoryPartFiles()
  // The server believes that it sent everything.
  const short: Behaviour = ({ response, from }, body) => {
    response.writeHead(206, { 'content-length': Math.max(0, 200_000 - from) })
    response.end(body.subarray(from, 200_000))
  }
  await expect(
    downloadFile(request(await serve(short)), deps({ parts }), never, quiet),
  ).rejects.toMatchObject({
    code: 'model/unreachable',
    message: expect.stringContaining('the 200000 of 300000 bytes that came are kept') as string,
  })
  expect((await parts.open(SHA)).size()).toBe(200_000)
})

test.each([
  ['a login page', page, 'web page instead of encoder.onnx'],
  ['a 404', status(404), 'has no such file: encoder.onnx (status 404)'],
  ['a 403', status(403), 'does not give it away'],
  ['a 503', status(503), 'could not serve it'],
])('%s is refused by name', async (_, behaviour, words) => {
  await expect(downloadFile(request(await serve(behaviour)), deps(), never, quiet)).rejects.toMatchObject({
    code: 'model/unreachable',
    message: expect.stringContaining(words) as string,
  })
})

test('a server that is not there is unreachable', async () => {
  const server = await serve(ranges)
  await server.close()
  await expect(downloadFile(request(server), deps(), never, quiet)).rejects.toMatchObject({
    code: 'model/unreachable',
    message: expect.stringContaining('did not answer') as string,
  })
})

test('a full disk keeps what came and says so', async () => {
  const parts = createMemoryPartFiles(150_000)
  await expect(
    downloadFile(request(await serve(ranges)), deps({ parts }), never, quiet),
  ).rejects.toMatchObject({
    code: 'storage/full',
    message: expect.stringContaining('encoder.onnx') as string,
  })
  const kept = (await parts.open(SHA)).size()
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThanOrEqual(150_000)
})

test('cancel ends at once with an AbortError, and what came stays', async () => {
  const parts = createMemoryPartFiles()
  const controller = new AbortController()
  const running = downloadFile(
    request(await serve(stallAfter(100_000))),
    deps({ parts }),
    controller.signal,
    (bytes) => {
      if (bytes === 100_000) controller.abort()
    },
  )
  await expect(running).rejects.toMatchObject({ name: 'AbortError' })
  expect((await parts.open(SHA)).size()).toBe(100_000)
})

test('a second tab waits for the first, says so, and then finds the file finished', async () => {
  const locks = createLocks()
  const parts = createMemoryPartFiles()
  const server = await serve(ranges)
  const notes: string[] = []
  const first = downloadFile(request(server), deps({ parts, locks }), never, quiet)
  const second = downloadFile(request(server), deps({ parts, locks }), never, (_, note) => notes.push(note))
  expect((await bytesOf(await first)).equals(BODY)).toBe(true)
  expect(await second).toBeNull()
  expect(notes[0]).toContain('another tab is fetching encoder.onnx')
  expect(server.asked).toEqual([0])
})

/** One lock at a time by name, as the Web Locks API grants them; e2e runs the browser's own. */
function createLocks(): Pick<LockManager, 'request'> {
  const held = new Map<string, Promise<unknown>>()
  const request = async (
    name: string,
    options: { ifAvailable?: boolean },
    work: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> => {
    if (options.ifAvailable === true && held.has(name)) return work(null)
    while (held.has(name)) await held.get(name)
    const running = work({ name })
    held.set(
      name,
      running.then(
        () => held.delete(name),
        () => held.delete(name),
      ),
    )
    return running
  }
  return { request: request as LockManager['request'] }
}

test('a file of unknown length is as long as the server says, and its hash decides', async () => {
  for (const behaviour of [ranges, whole]) {
    const server = await serve(behaviour)
    const blob = await downloadFile(request(server, { bytes: null }), deps(), never, quiet)
    expect((await bytesOf(blob)).equals(BODY)).toBe(true)
  }
  const other = await serve(ranges)
  await expect(
    downloadFile(request(other, { bytes: null, sha256: 'ab'.repeat(32) }), deps(), never, quiet),
  ).rejects.toMatchObject({ code: 'model/hash-mismatch' })
  const gone = await serve(status(404))
  await expect(downloadFile(request(gone, { bytes: null }), deps(), never, quiet)).rejects.toMatchObject({
    code: 'model/unreachable',
    message: expect.stringContaining('has no such file: encoder.onnx') as string,
  })
})
