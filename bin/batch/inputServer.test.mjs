import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startInputServer } from './inputServer.mjs'

const PAGE = `<meta http-equiv="Content-Security-Policy" content="default-src &#39;self&#39;">`
let folder
let server

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'maskwright-server-'))
  mkdirSync(path.join(folder, 'dist/assets'), { recursive: true })
  writeFileSync(path.join(folder, 'dist/index.html'), PAGE)
  writeFileSync(path.join(folder, 'dist/assets/x.wasm'), 'wasm')
  writeFileSync(path.join(folder, 'secret.txt'), 'secret')
  writeFileSync(path.join(folder, 'tile one.png'), 'pixels')
  server = await startInputServer({
    dist: path.join(folder, 'dist'),
    inputs: new Map([['image/0', path.join(folder, 'tile one.png')]]),
    outputs: new Map([['result.json', path.join(folder, 'result.json')]]),
  })
})

afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** fetch() would tidy `..` away before it is sent; this sends the path as it is. */
function raw(address) {
  const { hostname, port } = new URL(server.pageUrl)
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path: address }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

test('the page comes isolated, with the content policy that the build wrote into it', async () => {
  const response = await fetch(server.pageUrl)
  expect(response.status).toBe(200)
  expect(response.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
  expect(response.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp')
  expect(response.headers.get('Content-Security-Policy')).toBe("default-src 'self'")
})

test('files of the build come with their type, so that streaming compilation works', async () => {
  const response = await fetch(`${server.pageUrl}assets/x.wasm`)
  expect(response.headers.get('Content-Type')).toBe('application/wasm')
})

test('a listed input is served under its name, whatever its path on disk', async () => {
  expect(await (await fetch(server.inputUrl('image/0'))).text()).toBe('pixels')
})

test.each([
  ['without the token', () => '/app/index.html'],
  ['out of the build folder', () => `${new URL(server.pageUrl).pathname}../secret.txt`],
  ['encoded dots', () => `${new URL(server.pageUrl).pathname}%2e%2e/secret.txt`],
  ['a file of the disk', () => `${new URL(server.inputUrl('')).pathname}${folder}/secret.txt`],
])('nothing that is not listed is reachable: %s', async (_, address) => {
  expect(await raw(address())).toBe(404)
})

test('an output is written whole under the path the command chose', async () => {
  const response = await fetch(`${server.outUrl}result.json`, { method: 'PUT', body: '{"a":1}' })
  expect(response.status).toBe(204)
  expect(readFileSync(path.join(folder, 'result.json'), 'utf8')).toBe('{"a":1}')
  expect(existsSync(path.join(folder, 'result.json.part'))).toBe(false)
})

test('only the outputs of the command can be written, and nothing deleted', async () => {
  const put = await fetch(`${server.outUrl}other.json`, { method: 'PUT', body: 'x' })
  const remove = await fetch(`${server.outUrl}result.json`, { method: 'DELETE' })
  expect([put.status, remove.status]).toEqual([403, 403])
  expect(existsSync(path.join(folder, 'other.json'))).toBe(false)
})

test('two servers have different tokens', async () => {
  const other = await startInputServer({
    dist: path.join(folder, 'dist'),
    inputs: new Map(),
    outputs: new Map(),
  })
  const token = (address) => new URL(address).pathname.split('/')[1]
  expect(token(other.pageUrl)).not.toBe(token(server.pageUrl))
  expect(token(server.pageUrl)).toHaveLength(32)
  await other.close()
})
