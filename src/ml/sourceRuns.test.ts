import { describe, expect, test } from 'vitest'
import { readParams } from '../core/params'
import { SOURCE_RUNS } from './sourceRuns'
import { firstCorrectedEpoch, STUDENT_DESCRIPTORS, TRAINING_PARAMS } from './trainingParams'

const run = (name: string) => SOURCE_RUNS.find((candidate) => candidate.name === name)!

describe.each(SOURCE_RUNS)('the published run $name', ({ studentId, params }) => {
  test('sets nothing but valid parameters of its student', () => {
    const student = STUDENT_DESCRIPTORS.find(({ id }) => id === studentId)!
    const specs = { ...TRAINING_PARAMS, ...student.params }
    const { values, issues } = readParams(specs, params)
    expect(issues).toEqual([])
    // What is left to the defaults is no part of the method.
    const open = Object.keys(specs).filter((name) => !(name in params))
    expect(open).toEqual(['maxMinutes'])
    expect(values).toMatchObject({ epochs: 200, learningRate: 0.0005, correctionThreshold: 0.9 })
  })
})

test('an ablation differs from the full run in one thing', () => {
  const differences = (name: string) => {
    const full = run('dino_final').params
    return Object.fromEntries(Object.entries(run(name).params).filter(([key, value]) => full[key] !== value))
  }
  expect(differences('abl_dino_no_detail')).toEqual({ detailBranch: false })
  expect(differences('abl_dino_no_binary')).toEqual({ binaryHead: false })
  expect(differences('abl_dino_no_selfcorr')).toEqual({ selfCorrection: false })
  expect(differences('dino_final_no_selfcorr')).toEqual({ selfCorrection: false })
  expect(differences('abl_dino_final_burnin')).toEqual({ correctionWarmup: 5 })
})

test('correction starts at once, and after five epochs in the burn-in run', () => {
  const start = (name: string) =>
    firstCorrectedEpoch({
      correctionWarmup: run(name).params['correctionWarmup'] as number,
      epochs: 200,
    })
  expect(start('dino_final')).toBe(0)
  expect(start('abl_dino_final_burnin')).toBe(5)
})
