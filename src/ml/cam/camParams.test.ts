import { expect, test } from 'vitest'
import { CAM_PARAMS, CLASSIFIER_PARAMS, PSEUDO_LABEL_PARAMS, TAG_PARAMS } from './camParams'
import { TRAINING_PARAMS } from '../trainingParams'

test('the three groups share no name, for they are one set of values; of a student’s they share the seed alone', () => {
  const names = [CLASSIFIER_PARAMS, CAM_PARAMS, PSEUDO_LABEL_PARAMS].flatMap((specs) => Object.keys(specs))
  expect(new Set(names).size).toBe(names.length)
  expect(Object.keys(TAG_PARAMS)).toHaveLength(names.length)
  expect(names.filter((name) => name in TRAINING_PARAMS)).toEqual(['seed'])
})
