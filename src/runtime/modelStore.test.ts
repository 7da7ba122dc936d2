import { describe, expect, test } from 'vitest'
import { loadManifestJson, loadModelFile } from './modelStore'

const abc = new TextEncoder().encode('abc')
// FIPS 180-2, appendix B.1.
const SHA_OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
const file = { file: 'x.onnx', bytes: 3, sha256: SHA_OF_ABC }
const answering = (body: BodyInit, init?: ResponseInit) => () => Promise.resolve(new Response(body, init))

describe('loadModelFile', () => {
  test('hands over the bytes whose size and SHA-256 are promised', async () => {
    expect(await loadModelFile('/x.onnx', file, answering(abc))).toEqual(abc)
  })

  test('another file of the same size is a hash mismatch', async () => {
    await expect(loadModelFile('/x.onnx', file, answering('abd'))).rejects.toMatchObject({
      code: 'model/hash-mismatch',
    })
  })

  test('a truncated file is a hash mismatch that names the sizes', async () => {
    await expect(loadModelFile('/x.onnx', file, answering('ab'))).rejects.toMatchObject({
      code: 'model/hash-mismatch',
      message: 'model file x.onnx differs from the expected one (2 bytes instead of 3); it is not used',
    })
  })

  test.each([
    ['a 404', answering('no', { status: 404 })],
    [
      'the page of a single-page app',
      answering('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['no network', () => Promise.reject(new TypeError('failed to fetch'))],
  ])('%s is a missing model', async (_, fetchUrl) => {
    await expect(loadModelFile('/x.onnx', file, fetchUrl)).rejects.toMatchObject({ code: 'model/missing' })
  })
})

describe('loadManifestJson', () => {
  test('bytes that are not JSON are an incompatible model', async () => {
    await expect(loadManifestJson('/m.json', answering('{'))).rejects.toMatchObject({
      code: 'model/incompatible',
    })
  })
})
