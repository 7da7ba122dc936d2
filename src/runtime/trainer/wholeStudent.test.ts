import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { defaultParams } from '../../core/params'
import type { RgbaImage } from '../../core/raster'
import { STUDENT_DESCRIPTORS } from '../../ml/trainingParams'
import { maxDifference } from '../../nn/__fixtures__/maxDifference'
import { embeddedBackbone } from '../../nn/onnx/embeddedBackbone'
import { extractFeatures, featureLevelsOf } from '../../nn/onnx/embeddedFeatures'
import { goldenPicture } from '../../nn/onnx/embeddedGolden'
import { readEmbeddedManifest } from '../../nn/onnx/embeddedManifest'
import { exportStudent } from '../../nn/onnx/exportStudent'
import { readStudentOutputs, studentFeeds } from '../../nn/onnx/studentTensors'
import { wholeStudent } from '../../nn/onnx/wholeStudent'
import { STUDENTS } from '../../nn/students'
import { initialValues, layOut, nameValues, type ParameterLayout } from '../../nn/train/flatParameters'
import { computeStandards } from '../../nn/train/standards'
import { openNodeSession } from '../__fixtures__/nodeOrt'

// Compiling the wasm runtime may take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const FOLDER = 'public/models/'
const model = readEmbeddedManifest(JSON.parse(readFileSync(`${FOLDER}manifest.json`, 'utf8')))
const encoderBytes = readFileSync(FOLDER + model.files.encoder.file)
const picture: RgbaImage = goldenPicture({ width: 96, height: 64 })

const onPyramid = STUDENT_DESCRIPTORS.filter(({ backbones }) => backbones.includes('pyramid'))

describe.each(onPyramid.map(({ id, params }) => [id, params] as const))(
  '%s with the embedded backbone in one graph',
  (id, specs) => {
    test('equals features, then head', async () => {
      const encoder = await openNodeSession(encoderBytes)
      const features = await extractFeatures(encoder, model, picture)
      const levels = featureLevelsOf(model).map(({ stride, channels }) => ({ stride, channels }))
      const classCount = 3
      const shape = { classCount, levels, backboneWeights: null, input: picture }
      const network = STUDENTS.get(id).build(shape, defaultParams(specs))
      const stirred = (from: ParameterLayout) =>
        nameValues(
          from,
          initialValues(from, 5).map((value, i) => value + 0.05 * Math.sin(i)),
        )
      const values = new Map([...stirred(layOut(network.parameters)), ...stirred(layOut(network.statistics))])
      const head = exportStudent(network, shape, values, computeStandards([features]), { seed: '5' })
      const whole = wholeStudent({ onnx: encoderBytes, tensors: embeddedBackbone(model) }, head)

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
  },
)
