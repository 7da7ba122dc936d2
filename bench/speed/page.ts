import { createRandom } from '../../src/core/random'
import { readEmbeddedManifest } from '../../src/nn/onnx/embeddedManifest'
import type { FloatTensor, InferenceSession } from '../../src/nn/onnx/session'
import { loadOrt } from '../../src/runtime/ort'
import { wasmThreads } from '../../src/runtime/wasmThreads'

/** What `bench/speed/runSpeed.mjs` asks for. */
interface Request {
  readonly provider: 'wasm' | 'webgpu'
  readonly rounds: number
}

/** Milliseconds of every round after the first, which starts the kernels. */
interface Times {
  readonly threads: number
  readonly encode: readonly number[]
  readonly decode: readonly number[]
}

/** Encodes and decodes one crop of noise again and again; how fast a network is does not depend on what it sees. */
async function measure({ provider, rounds }: Request): Promise<Times> {
  const manifest: unknown = await (await fetch('/models/manifest.json')).json()
  const model = readEmbeddedManifest(manifest)
  const runtime = await loadOrt(provider)
  const open = async (file: string): Promise<InferenceSession> =>
    runtime.open({ onnx: await bytesOf(file), externalData: [] }, provider)
  const encoder = await open(model.files.encoder.file)
  const decoder = await open(model.files.decoder.file)
  const { cropSide } = model.input
  const planes = (count: number): FloatTensor => {
    const random = createRandom(count)
    const data = Float32Array.from({ length: count * cropSide ** 2 }, () => random.normal())
    return { data, dims: [1, count, cropSide, cropSide] }
  }
  const inputs = {
    [model.tensors.image]: planes(3),
    [model.tensors.prompt]: planes(model.prompt.channels.length),
  }
  const encode: number[] = []
  const decode: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now()
    const features = await encoder.run(inputs)
    const encoded = performance.now()
    await decoder.run(feedsOf(decoder, { ...inputs, ...features }))
    const decoded = performance.now()
    if (round === 0) continue
    encode.push(encoded - began)
    decode.push(decoded - encoded)
  }
  await encoder.release()
  await decoder.release()
  return { threads: wasmThreads(), encode, decode }
}

type Feeds = Parameters<InferenceSession['run']>[0]

function feedsOf(session: InferenceSession, tensors: Feeds): Feeds {
  return Object.fromEntries(session.inputNames.map((name) => [name, tensors[name]!]))
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(`/models/${file}`)).arrayBuffer())
}

declare global {
  var measureSpeed: typeof measure
}
globalThis.measureSpeed = measure
