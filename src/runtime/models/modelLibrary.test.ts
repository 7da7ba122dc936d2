import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { createCell } from '../../core/observable'
import type { ModelEntry } from '../../ports/modelLibrary'
import { tinyPyramid } from '../../nn/onnx/backbones/__fixtures__/tinyPyramid'
import type { InspectedModel } from '../inference/inspectModel'
import { picked, tinyGraph } from './__fixtures__/tinyGraphs'
import { filesOf, type CatalogueEntry } from './catalogue'
import type { DeviceFacts } from './deviceFacts'
import type { FetchFile } from './downloadClient'
import type { BackboneFacts } from './libraryModel'
import { createMirrorSetting } from './mirrorAddress'
import { createMemoryModelFolder } from './modelFolder'
import { createModelLibrary, type LibraryDeps } from './modelLibrary'
import { CATALOGUE } from './wholeCatalogue'

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const encoder = tinyGraph(['pixel_values'], 'image_embeddings')
const decoder = tinyGraph(['image_embeddings', 'input_points'], 'pred_masks')
const weights = new Uint8Array(1000).fill(5)

const PUBLISHED: CatalogueEntry = {
  id: 'small',
  title: 'Small',
  summary: '',
  origin: { repository: 'someone/small', revision: 'c0ffee' },
  features: null,
  licence: { name: 'Apache-2.0', url: 'https://licence.example', note: null },
  encoder: {
    graph: { path: 'onnx/enc.onnx', bytes: encoder.length, sha256: sha(encoder) },
    externalData: [{ path: 'onnx/enc.onnx_data', bytes: weights.length, sha256: sha(weights) }],
  },
  decoder: {
    graph: { path: 'onnx/dec.onnx', bytes: decoder.length, sha256: sha(decoder) },
    externalData: [],
  },
  needsShaderF16: false,
  bindingBytes: null,
}
const CONTENT = new Map([encoder, decoder, weights].map((bytes) => [sha(bytes), bytes]))
const EMBEDDED = { id: 'embedded', source: 'embedded', state: 'ready' } as ModelEntry
const DEVICE: DeviceFacts = { gpu: null, freeBytes: 1e9 }

function createTested(overrides: Partial<LibraryDeps> = {}) {
  const files = new Map<string, Blob>()
  const fetched: string[] = []
  const counts = { persisted: 0, announced: 0 }
  const fetchFile: FetchFile = (request, _signal, onBytes) => {
    fetched.push(request.url)
    onBytes(request.bytes ?? CONTENT.get(request.sha256)!.length, '')
    return Promise.resolve(new Blob([CONTENT.get(request.sha256)!]))
  }
  const entries = createCell<readonly ModelEntry[]>([])
  const deps: LibraryDeps = {
    catalogue: [PUBLISHED],
    entries,
    folder: createMemoryModelFolder(files),
    fetchFile,
    inspect: () => Promise.resolve({ family: 'sam2', caution: null, backbone: null }),
    embedded: () => Promise.resolve(EMBEDDED),
    probeDevice: () => Promise.resolve(DEVICE),
    mirror: createMirrorSetting(null, createCell<string | null>(null)),
    persist: () => Promise.resolve(void counts.persisted++),
    announce: () => void counts.announced++,
    ...overrides,
  }
  const entry = (id: string): ModelEntry | undefined => entries.get().find((one) => one.id === id)
  return { ...createModelLibrary(deps), files, fetched, counts, entries, entry, deps }
}

function job(
  onProgress: (progress: { done: number; total: number; note: string }) => void = () => undefined,
) {
  return { signal: new AbortController().signal, onProgress }
}

const PAIR = [picked('enc.onnx', tinyGraph(['image'], 'features', 1)), picked('dec.onnx', decoder)]

test('nothing is fetched by looking: the embedded model first, the catalogue absent', async () => {
  const { library, entries, fetched } = createTested()
  await library.refresh()
  expect(entries.get().map(({ id, state }) => [id, state])).toEqual([
    ['embedded', 'ready'],
    ['small', 'absent'],
  ])
  expect(fetched).toEqual([])
})

test('a download fetches each pinned file once, tells bytes of the whole model, and is ready afterwards', async () => {
  const tested = createTested()
  const told: number[] = []
  const totals = new Set<number>()
  await tested.library.download(
    'small',
    job(({ done, total }) => {
      told.push(done)
      totals.add(total)
    }),
  )
  expect(tested.fetched).toEqual([
    'https://huggingface.co/someone/small/resolve/c0ffee/onnx/enc.onnx',
    'https://huggingface.co/someone/small/resolve/c0ffee/onnx/enc.onnx_data',
    'https://huggingface.co/someone/small/resolve/c0ffee/onnx/dec.onnx',
  ])
  expect([...totals]).toEqual([encoder.length + weights.length + decoder.length])
  expect(told).toEqual([...told].sort((a, b) => a - b))
  expect(tested.entry('small')).toMatchObject({ state: 'ready', family: 'sam2', obstacle: null })
  expect(tested.counts).toMatchObject({ persisted: 1 })
  const model = await tested.open('small')
  expect(model.encoder.externalData.map(({ path }) => path)).toEqual(['enc.onnx_data'])
  expect(new Uint8Array(await model.encoder.externalData[0]!.data.arrayBuffer())).toEqual(weights)
  // Hashes in the order encoder graph, its data, decoder graph.
  const hashes = filesOf(PUBLISHED).map((file) => file.sha256)
  expect(model.modelHash).toBe(sha(new TextEncoder().encode(hashes.join(' '))))
})

test('the mirror replaces the host and nothing else', async () => {
  const mirror = createMirrorSetting(null, createCell<string | null>(null))
  mirror.setMirror('https://mirror.example/hf/')
  const tested = createTested({ mirror })
  await tested.library.download('small', job())
  expect(tested.fetched[0]).toBe('https://mirror.example/hf/someone/small/resolve/c0ffee/onnx/enc.onnx')
})

test('a download that failed goes on with the files that are missing', async () => {
  const tested = createTested()
  const failing = createTested({
    folder: tested.deps.folder,
    fetchFile: (request, signal, onBytes) =>
      request.name === 'enc.onnx_data'
        ? Promise.reject(new AppError('model/unreachable', 'offline'))
        : tested.deps.fetchFile(request, signal, onBytes),
  })
  await expect(failing.library.download('small', job())).rejects.toMatchObject({ code: 'model/unreachable' })
  expect(failing.entry('small')).toMatchObject({ state: 'partial' })
  expect(tested.fetched).toHaveLength(1)
  await expect(failing.open('small')).rejects.toMatchObject({
    code: 'model/missing',
    message: expect.stringContaining('2 of 3 files are missing') as string,
  })
  await tested.library.download('small', job())
  expect(tested.fetched.slice(1).map((url) => url.slice(url.lastIndexOf('/') + 1))).toEqual([
    'enc.onnx_data',
    'dec.onnx',
  ])
})

test('a half-fetched file counts with the bytes that are here', async () => {
  const tested = createTested()
  tested.files.set(`${sha(weights)}.part`, new Blob([weights.subarray(0, 300)]))
  await tested.library.refresh()
  expect(tested.entry('small')).toMatchObject({ state: 'partial' })
  expect(tested.entry('small')!.files.map((file) => file.bytesHere)).toEqual([0, 300, 0])
})

test('what does not fit or cannot run is said before the first byte', async () => {
  const full = createTested({ probeDevice: () => Promise.resolve({ gpu: null, freeBytes: 500 }) })
  await expect(full.library.download('small', job())).rejects.toMatchObject({ code: 'model/incompatible' })
  expect(full.fetched).toEqual([])
  expect(full.entry('small')!.obstacle).toContain('needs 1 MB')

  const half = createTested({
    catalogue: [{ ...PUBLISHED, needsShaderF16: true }],
    probeDevice: () =>
      Promise.resolve({ gpu: { hasShaderF16: false, maxBindingBytes: 2 ** 30 }, freeBytes: null }),
  })
  await expect(half.library.download('small', job())).rejects.toThrow('no half precision')
  expect(half.fetched).toEqual([])

  const bound = createTested({
    catalogue: [{ ...PUBLISHED, bindingBytes: 2 ** 28 }],
    probeDevice: () =>
      Promise.resolve({ gpu: { hasShaderF16: true, maxBindingBytes: 2 ** 27 }, freeBytes: null }),
  })
  await bound.library.refresh()
  expect(bound.entry('small')).toMatchObject({ obstacle: null })
  expect(bound.entry('small')!.caution).toContain('binds at most 128 MiB at once, the encoder wants 256 MiB')
})

test('files from disk become an entry of their own, named by their hash, and are there after a reload', async () => {
  const tested = createTested({
    inspect: () => Promise.resolve({ family: 'SAM', caution: 'not run on real weights', backbone: null }),
  })
  const added = await tested.library.addFiles(PAIR, job())
  expect(added).toMatchObject({ source: 'files', title: 'enc + dec', family: 'SAM', state: 'ready' })
  expect(added.id).toMatch(/^files:[0-9a-f]{12}$/)
  expect(added.caution).toContain('Recognised as SAM by its tensors')
  expect(added.caution).toContain('not run on real weights')
  const again = createTested({ folder: tested.deps.folder })
  await again.library.refresh()
  expect(again.entry(added.id)).toEqual(added)
  expect((await again.open(added.id)).modelHash.slice(0, 12)).toBe(added.id.slice('files:'.length))
})

test('a model of one graph is one file, and the runtime gets the same object twice', async () => {
  const tested = createTested()
  const added = await tested.library.addFiles([picked('all.onnx', decoder)], job())
  expect(added).toMatchObject({ title: 'all', files: [{ name: 'all.onnx' }] })
  const model = await tested.open(added.id)
  expect(model.decoder).toBe(model.encoder)
})

test('files of a published model are recognised as it: no download needed without a network', async () => {
  const tested = createTested({
    catalogue: [{ ...PUBLISHED, encoder: { ...PUBLISHED.encoder, externalData: [] } }],
  })
  const added = await tested.library.addFiles([picked('a.onnx', encoder), picked('b.onnx', decoder)], job())
  expect(added).toMatchObject({ id: 'small', state: 'ready', source: 'catalogue' })
  expect(tested.fetched).toEqual([])
})

test('files that the runtime refuses leave no trace', async () => {
  const tested = createTested({
    inspect: () => Promise.reject(new AppError('model/incompatible', 'dec.onnx has no input "labels"')),
  })
  await expect(tested.library.addFiles(PAIR, job())).rejects.toMatchObject({ code: 'model/incompatible' })
  expect(tested.files.size).toBe(0)
})

test('a full disk is told, and the model is not listed', async () => {
  const folder = createMemoryModelFolder()
  const tested = createTested({
    folder: { ...folder, write: () => Promise.reject(new AppError('storage/full', 'no room')) },
  })
  await expect(tested.library.addFiles(PAIR, job())).rejects.toMatchObject({ code: 'storage/full' })
  await tested.library.refresh()
  expect(tested.entries.get().filter((one) => one.source === 'files')).toEqual([])
})

test('a model whose graphs are refused after the download says why and is not offered as if it ran', async () => {
  const tested = createTested({
    inspect: () => Promise.reject(new AppError('model/incompatible', 'no input_boxes')),
  })
  await expect(tested.library.download('small', job())).rejects.toMatchObject({ code: 'model/incompatible' })
  expect(tested.entry('small')).toMatchObject({ state: 'ready', obstacle: 'no input_boxes' })
})

test('verify finds a changed byte; the damaged model does not open, and a download mends it', async () => {
  const tested = createTested()
  await tested.library.download('small', job())
  expect(await tested.library.verify('small', job())).toMatchObject({ state: 'ready' })
  const bad = weights.slice()
  bad[500] = 6
  tested.files.set(sha(weights), new Blob([bad]))
  expect(await tested.library.verify('small', job())).toMatchObject({ state: 'damaged' })
  await expect(tested.open('small')).rejects.toMatchObject({
    code: 'model/hash-mismatch',
    message: expect.stringContaining('enc.onnx_data') as string,
  })
  tested.fetched.length = 0
  await tested.library.download('small', job())
  expect(tested.fetched.map((url) => url.slice(url.lastIndexOf('/') + 1))).toEqual(['enc.onnx_data'])
  expect(await tested.library.verify('small', job())).toMatchObject({ state: 'ready' })
})

test('deleting one of two models that share a file leaves the other whole', async () => {
  const tested = createTested()
  const first = await tested.library.addFiles(PAIR, job())
  const second = await tested.library.addFiles(
    [picked('other.onnx', tinyGraph(['image'], 'features', 2)), picked('dec.onnx', decoder)],
    job(),
  )
  await tested.library.remove(first.id)
  expect(tested.entry(first.id)).toBeUndefined()
  expect((await tested.open(second.id)).decoder.graph.size).toBe(decoder.length)
  await tested.library.remove(second.id)
  expect(tested.files.size).toBe(0)
})

test('a model that is nowhere is missing, with what to do about it', async () => {
  await expect(createTested().open('files:000000000000')).rejects.toMatchObject({
    code: 'model/missing',
    message: expect.stringContaining('add its files under Models') as string,
  })
})

test('a damaged or foreign record hides its model and harms nothing else', async () => {
  const tested = createTested()
  const added = await tested.library.addFiles(PAIR, job())
  tested.files.set(
    'files-bad.model.json',
    new Blob(['{"format": "maskwright-model", "version": 1, "id": 3}']),
  )
  tested.files.set('files-cut.model.json', new Blob(['{"format": "mask']))
  await tested.library.refresh()
  expect(tested.entries.get().map((one) => one.id)).toEqual(['embedded', added.id, 'small'])
})

test('the catalogue pins commits and hashes', () => {
  for (const entry of CATALOGUE) {
    expect(entry.origin?.revision ?? 'f'.repeat(40)).toMatch(/^[0-9a-f]{40}$/)
    for (const file of filesOf(entry)) {
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(file.bytes).toBeGreaterThan(100_000)
    }
  }
})

const FACTS: BackboneFacts = {
  family: 'feature pyramid',
  kind: 'pyramid',
  levels: [{ stride: 4, channels: 8 }],
  multipleOf: 32,
  preprocessing: 'RGB / 127.5 - 1',
}
const inspectBackbone = (): Promise<InspectedModel> =>
  Promise.resolve({ family: FACTS.family, caution: null, backbone: FACTS })

test('a backbone from files is one graph, keeps what was found out, and gives it without being opened again', async () => {
  const tested = createTested({ inspect: inspectBackbone })
  const file = tinyPyramid()
  const added = await tested.library.addFiles([picked('mobile.onnx', file)], job())
  expect(added).toMatchObject({ kind: 'backbone', features: 'pyramid', state: 'ready', title: 'mobile' })
  const again = createTested({
    folder: tested.deps.folder,
    inspect: () => Promise.reject(new Error('looked at twice')),
  })
  const { model, hash, facts } = await again.openBackbone(added.id)
  expect(facts).toEqual(FACTS)
  expect(hash).toBe(sha(file))
  expect(model.encoder).toBe(model.decoder)
  await again.library.remove(added.id)
  await expect(again.openBackbone(added.id)).rejects.toMatchObject({
    code: 'model/missing',
    message: expect.stringContaining(`the backbone "${added.id}" is not on this computer`) as string,
  })
})

test('a segmenter is no backbone, and a lone encoder is told both ways out', async () => {
  const tested = createTested()
  const added = await tested.library.addFiles(PAIR, job())
  await expect(tested.openBackbone(added.id)).rejects.toThrow('"enc + dec" gives no features for students')
  await expect(tested.library.addFiles([PAIR[0]!], job())).rejects.toThrow(
    /add the decoder.* for it gives features; .*last_hidden_state, or feat4, feat8, feat16 and feat32/,
  )
})

const graph = tinyPyramid({ seed: 3 })
const LONG: CatalogueEntry = {
  ...PUBLISHED,
  id: 'net',
  title: 'Net',
  features: 'pyramid',
  ...oneGraph(graph.length + 1000, true),
}

function oneGraph(bytes: number, isAbout: boolean): Pick<CatalogueEntry, 'encoder' | 'decoder'> {
  const only = { graph: { path: 'onnx/net.onnx', bytes, isAbout, sha256: sha(graph) }, externalData: [] }
  return { encoder: only, decoder: only }
}

test('a file whose length nobody published is asked for without one, and shown with its own once it is here', async () => {
  const asked: (number | null)[] = []
  const tested = createTested({
    catalogue: [LONG],
    inspect: inspectBackbone,
    fetchFile: ({ bytes }) => {
      asked.push(bytes)
      return Promise.resolve(new Blob([graph]))
    },
  })
  await tested.library.refresh()
  expect(tested.entry('net')).toMatchObject({ kind: 'backbone', state: 'absent' })
  await tested.library.download('net', job())
  expect(asked).toEqual([null])
  expect(tested.entry('net')).toMatchObject({
    state: 'ready',
    files: [{ bytes: graph.length, bytesHere: graph.length }],
  })
  expect((await tested.openBackbone('net')).hash).toBe(sha(graph))
})

test('a model that can only be added says so, and its file makes it that very entry', async () => {
  const fromDisk: CatalogueEntry = { ...LONG, origin: null, ...oneGraph(graph.length, false), isProven: true }
  const tested = createTested({ catalogue: [fromDisk], inspect: inspectBackbone })
  await expect(tested.library.download('net', job())).rejects.toThrow(
    'Net cannot be fetched: add its file net.onnx from disk',
  )
  const added = await tested.library.addFiles([picked('renamed.onnx', graph)], job())
  expect(added).toMatchObject({ id: 'net', title: 'Net', origin: null, state: 'ready', caution: null })
})
