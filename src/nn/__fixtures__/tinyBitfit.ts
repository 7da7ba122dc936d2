import { defaultParams } from '../../core/params'
import type { TrainingExample } from '../../ml/training'
import { DINO_BOXES2PIXELS_PARAMS } from '../../ml/trainingParams'
import { STUDENTS } from '../students'
import type { StudentNetwork, StudentShape } from '../students/student'
import { tinyVitOnnx } from '../vit/__fixtures__/tinyVitOnnx'
import { tinyExample, tinyShape } from './tinyExamples'

/** The student of the paper with a tiny random transformer of eight blocks inside. Tests only. */
export function tinyBitfit(classCount: number): { network: StudentNetwork; shape: StudentShape } {
  const shape: StudentShape = {
    classCount,
    levels: [],
    backboneWeights: tinyVitOnnx({ dim: 64, heads: 1, mlp: 96, registers: 2 }),
    input: tinyShape('tokens').size,
  }
  const params = { ...defaultParams(DINO_BOXES2PIXELS_PARAMS), bitfit: true }
  return { network: STUDENTS.get('dino-boxes2pixels').build(shape, params), shape }
}

/** A picture of the right size, without features. */
export function tinyBitfitExample(imageIndex: number, seed: number): TrainingExample {
  const example = tinyExample(imageIndex, seed, 'tokens')
  return { ...example, features: { ...example.features, levels: [] } }
}
