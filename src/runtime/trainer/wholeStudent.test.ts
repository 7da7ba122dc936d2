import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { defaultParams } from '../../core/params'
import type { RgbaImage } from '../../core/raster'
import type { BackboneTensors } from '../../ml/backboneTensors'
import type { BackboneKind, FeatureLevel, FeaturePack } from '../../ml/training'
import { STUDENT_DESCRIPTORS } from '../../ml/trainingParams'
import { startBackend } from '../../nn/__fixtures__/backends'
import { maxDifference } from '../../nn/__fixtures__/maxDifference'
import { tinyPyramid } from '../../nn/onnx/backbones/__fixtures__/tinyPyramid'
import { prepareBackbone } from '../../nn/onnx/backbones/prepareBackbone'
import { embeddedBackbone } from '../../nn/onnx/embeddedBackbone'
import { extractFeatures } from '../../nn/onnx/embeddedFeatures'
import { goldenPicture } from '../../nn/onnx/embeddedGolden'
import { readEmbeddedManifest } from '../../nn/onnx/embeddedManifest'
import { exportStudent } from '../../nn/onnx/exportStudent'
import { readStudentOutputs, studentFeeds } from '../../nn/onnx/studentTensors'
import { wholeStudent } from '../../nn/onnx/wholeStudent'
import { STUDENTS } from '../../nn/students'
import { initialValues, layOut, nameValues, type ParameterLayout } from '../../nn/train/flatParameters'
import { standardsFor } from '../../nn/train/standards'
import { tinyVitOnnx } from '../../nn/vit/__fixtures__/tinyVitOnnx'
import { openNodeSession } from '../__fixtures__/nodeOrt'

// Compiling the wasm runtime may take seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 })
beforeAll(() => startBackend('wasm'))

const FOLDER = 'public/models/'
const model = readEmbeddedManifest(JSON.parse(readFileSync(`${FOLDER}manifest.json`, 'utf8')))

interface Source {
  readonly kind: BackboneKind
  readonly picture: RgbaImage
  readonly load: () => Promise<{ onnx: Uint8Array; tensors: BackboneTensors; features: FeaturePack }>
}

const levelsOf = (features: FeaturePack): FeatureLevel[] =>
  features.levels.map(({ stride, channels }) => ({ stride, channels }))

/** A backbone as the library has it: what its own graph gave, and how it says it is asked. */
async function fromFile(onnx: Uint8Array<ArrayBuffer>, picture: RgbaImage) {
  const prepared = prepareBackbone('tiny.onnx', onnx)!
  const features = await prepared.extract(await openNodeSession(prepared.onnx), picture)
  return { onnx, tensors: prepared.tensorsOf(levelsOf(features)), features }
}

const wide = goldenPicture({ width: 96, height: 64 })
const inPatches = goldenPicture({ width: 56, height: 42 })
const SOURCES: Readonly<Record<string, Source>> = {
  'the embedded backbone': {
    kind: 'pyramid',
    picture: wide,
    load: async () => {
      const onnx = readFileSync(FOLDER + model.files.encoder.file)
      const features = await extractFeatures(await openNodeSession(onnx), model, wide)
      return { onnx, tensors: embeddedBackbone(model), features }
    },
  },
  'a pyramid from a file': { kind: 'pyramid', picture: wide, load: () => fromFile(tinyPyramid(), wide) },
  'a vision transformer from a file': {
    kind: 'tokens',
    picture: inPatches,
    load: () => fromFile(tinyVitOnnx(), inPatches),
  },
}

const CASES = STUDENT_DESCRIPTORS.flatMap(({ id, backbones, params }) =>
  Object.entries(SOURCES)
    .filter(([, { kind }]) => backbones.includes(kind))
    .map(([title, source]) => [id, title, source, params] as const),
)

/** Random weights, and statistics that are not 0 and 1, where an error in them would not show. */
function stirred(from: ParameterLayout) {
  return nameValues(
    from,
    initialValues(from, 5).map((value, i) => value + 0.05 * Math.sin(i)),
  )
}

describe('a student with its backbone in one graph', () => {
  test.each(CASES)('%s on %s: equals features, then head', async (id, _, { picture, load }, specs) => {
    const { onnx, tensors, features } = await load()
    const shape = { classCount: 3, levels: levelsOf(features), backboneWeights: null, input: picture }
    const network = STUDENTS.get(id).build(shape, defaultParams(specs))
    const values = new Map([...stirred(layOut(network.parameters)), ...stirred(layOut(network.statistics))])
    const head = exportStudent(network, shape, values, standardsFor(network, [features]), { seed: '5' })
    const whole = wholeStudent({ onnx, tensors }, head)

    const apart = await openNodeSession(head)
    const joined = await openNodeSession(whole)
    expect(joined.inputNames).toEqual(['pixels'])
    expect(joined.outputNames).toEqual(['classes', 'defect'])
    const feeds = studentFeeds(features, picture)
    const expected = readStudentOutputs(await apart.run(feeds), picture)
    const found = readStudentOutputs(await joined.run({ pixels: feeds.pixels! }), picture)
    expect(maxDifference(found.classes, expected.classes)).toBeLessThan(1e-3)
    expect(maxDifference(found.defect, expected.defect)).toBeLessThan(1e-3)
    // The comparison means something only if the map is not flat.
    expect(Math.max(...expected.defect) - Math.min(...expected.defect)).toBeGreaterThan(0.01)
  })

  test.each(
    STUDENT_DESCRIPTORS.filter(({ backbones }) => backbones.length === 0).map(
      ({ id, params }) => [id, params] as const,
    ),
  )('%s sees the pixels only and is whole as it is', async (id, specs) => {
    const shape = { classCount: 1, levels: [], backboneWeights: null, input: wide }
    const network = STUDENTS.get(id).build(shape, defaultParams(specs))
    const values = new Map([...stirred(layOut(network.parameters)), ...stirred(layOut(network.statistics))])
    const session = await openNodeSession(exportStudent(network, shape, values, [], {}))
    expect(session.inputNames).toEqual(['pixels'])
  })

  test('a head of another number of levels is refused', async () => {
    const { onnx, tensors } = await SOURCES['the embedded backbone']!.load()
    expect(() =>
      wholeStudent({ onnx, tensors: { ...tensors, levels: tensors.levels.slice(1) } }, tinyPyramid()),
    ).toThrow('the student takes 1 feature maps, the backbone gives 3')
  })
})
