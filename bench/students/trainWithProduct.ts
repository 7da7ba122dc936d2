import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fillEpoch } from '../../src/app/training/examples'
import type { JsonObject } from '../../src/core/json'
import type { RgbaImage } from '../../src/core/raster'
import { flip, type FlipAxis } from '../../src/ml/raster/flip'
import type { FeaturePack, TrainedStudent, TrainingExample } from '../../src/ml/training'
import { startBackend } from '../../src/nn/__fixtures__/backends'
import { readStudentOutputs, studentFeeds } from '../../src/nn/onnx/studentTensors'
import { trainStudent } from '../../src/nn/train/trainLoop'
import { nodeOrtRuntime } from '../../src/runtime/__fixtures__/nodeOrt'

/** What `prepareSet.mjs` writes about a folder. */
interface PreparedIndex {
  readonly classCount: number
  readonly canvas: { readonly width: number; readonly height: number }
  readonly levels: { readonly [backbone: string]: readonly PreparedLevel[] }
  readonly rows: readonly {
    readonly image: number
    readonly horizontal: boolean
    readonly vertical: boolean
  }[]
  readonly images: readonly { readonly split: 'train' | 'val' | 'test'; readonly isClean: boolean }[]
}

interface PreparedLevel {
  readonly stride: number
  readonly channels: number
  readonly name: string
}

export interface ProductRun {
  readonly folder: string
  readonly flips: 'none' | 'horizontal' | 'both'
  readonly backbone: string
  readonly arm: string
  readonly student: string
  readonly seed: number
  readonly params: JsonObject
}

/**
 * Trains with the product's own loop on the wasm backend (one thread) and runs the exported `model.onnx` over val and test on ONNX
 * Runtime. Writes `<out>.f32`: for each image of val, then test, the class probabilities and the defect probability on the
 * canvas, (K + 2, H, W); `bench/twin/score_maps.py` scores them as it scores the twin.
 */
export async function trainWithProduct(
  run: ProductRun,
  out: string,
  say: (text: string) => void,
): Promise<void> {
  const index = JSON.parse(
    readFileSync(path.join(run.folder, `index-${run.flips}.json`), 'utf8'),
  ) as PreparedIndex
  const { width, height } = index.canvas
  const levels = index.levels[run.backbone]!
  const pixels = readFileSync(path.join(run.folder, 'pixels.u8'))
  const labels = readFileSync(path.join(run.folder, `labels-${run.arm}.u8`))
  const files = levels.map(({ name }) => openSync(path.join(run.folder, name), 'r'))

  const picture = (image: number): RgbaImage => {
    const data = new Uint8ClampedArray(4 * width * height).fill(255)
    for (let p = 0, at = 3 * image * width * height; p < data.length; p += 4) {
      data[p] = pixels[at++]!
      data[p + 1] = pixels[at++]!
      data[p + 2] = pixels[at++]!
    }
    return { width, height, data }
  }
  const pack = (row: number): FeaturePack => ({
    width,
    height,
    levels: levels.map(({ stride, channels }, i) => {
      const data = new Uint16Array((width / stride) * (height / stride) * channels)
      readSync(files[i]!, data, 0, data.byteLength, row * data.byteLength)
      return { stride, channels, data }
    }),
  })
  const rowsOf = (split: string) =>
    index.rows.flatMap((row, at) => (index.images[row.image]!.split === split ? [{ ...row, at }] : []))

  const examples = rowsOf('train').map(({ image, horizontal, vertical, at }): TrainingExample => {
    const axes: FlipAxis[] = [
      ...(horizontal ? (['horizontal'] as const) : []),
      ...(vertical ? (['vertical'] as const) : []),
    ]
    const map = {
      width,
      height,
      data: Uint8Array.from(labels.subarray(image * width * height, (image + 1) * width * height)),
    }
    return {
      imageIndex: image,
      features: pack(at),
      pixels: axes.reduce((raster, axis) => flip(raster, axis), picture(image)),
      target: axes.reduce((raster, axis) => flip(raster, axis), map),
      barred: index.images[image]!.isClean ? new Uint8Array(width * height).fill(1) : null,
    }
  })

  await startBackend('wasm')
  const spec = {
    studentId: run.student,
    classCount: index.classCount,
    levels: levels.map(({ stride, channels }) => ({ stride, channels })),
    width,
    height,
    seed: run.seed,
    params: run.params,
    backend: 'wasm' as const,
    backboneWeights: null,
    resumeFrom: null,
  }
  const host = {
    signal: new AbortController().signal,
    now: () => performance.now(),
    breathe: () => Promise.resolve(),
    isStopped: () => false,
    readEvery: 16,
  }
  const loop = trainStudent(spec, fillEpoch(examples), [], [], host)
  let trained: TrainedStudent | null = null
  for (let next = await loop.next(); ; next = await loop.next()) {
    if (next.done === true) {
      trained = next.value
      break
    }
    if (next.value.kind === 'epoch') {
      const { epoch, loss, correctedPixels, seconds } = next.value.report
      say(`epoch ${epoch}: loss ${loss.toFixed(4)}, ${correctedPixels} px corrected, ${seconds.toFixed(0)} s`)
    }
  }
  const session = await nodeOrtRuntime.open({ onnx: trained.onnx, externalData: [] }, 'wasm')
  const file = openSync(`${out}.f32`, 'w')
  for (const split of ['val', 'test']) {
    for (const row of rowsOf(split)) {
      const shown = picture(row.image)
      const { classes, defect } = readStudentOutputs(
        await session.run(studentFeeds(pack(row.at), shown)),
        shown,
      )
      writeFileSync(file, classes)
      writeFileSync(file, defect)
    }
  }
  for (const open of [...files, file]) closeSync(open)
  writeFileSync(
    `${out}.json`,
    JSON.stringify({ run, steps: trained.steps, seconds: trained.seconds, examples: examples.length }),
  )
}
