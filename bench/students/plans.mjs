/**
 * Runs of the twin (`bench/twin/train.py` has the names and the defaults). What a run is called says everything in which runs of a
 * plan differ, so that a run that has a result is not run again.
 *
 * @typedef {{ id: string, folder: string, flips: string, arm: string, student: string, backbone: string, seed: number,
 *   epochs: number, selfCorrection: boolean, [name: string]: unknown }} Run
 */

/** The columns `student` of the table. `unet` is smaller than the source's, or it would take days here. */
const STUDENTS = {
  embedded: { student: 'light', backbone: 'embedded' },
  mobilenet: { student: 'light', backbone: 'mobilenet' },
  unet: { student: 'unet', backbone: 'embedded', widths: [16, 32, 64, 128] },
}

/**
 * Pseudo-masks x students x self-correction x seeds.
 *
 * @param {{ set: string, folder: string, flips: string }} prepared
 * @param {{ arms: readonly string[], students: readonly string[], corrections: readonly boolean[], seeds: readonly number[],
 *   epochs: number, shared: Record<string, unknown> }} options
 * @returns {Run[]}
 */
export function tableRuns(prepared, { arms, students, corrections, seeds, epochs, shared }) {
  return seeds.flatMap((seed) =>
    students.flatMap((student) =>
      arms.flatMap((arm) =>
        corrections.map((selfCorrection) => ({
          id: `table-${prepared.set}-${arm}-${student}-${selfCorrection ? 'on' : 'off'}-e${epochs}-s${seed}`,
          folder: prepared.folder,
          flips: prepared.flips,
          arm,
          ...STUDENTS[student],
          seed,
          epochs,
          selfCorrection,
          ...shared,
        })),
      ),
    ),
  )
}

/** Class weights of the sweep: what the source has, none, and the product's balance. */
const WEIGHTS = {
  '1/1': { balanceClasses: false },
  '.4/4': { balanceClasses: false, backgroundWeight: 0.4, defectWeight: 4 },
  balanced: { balanceClasses: true },
}

/**
 * Self-correction: for each combination the run without it and the runs with each threshold, which share labels, weights,
 * epochs and seed.
 *
 * @param {{ set: string, folder: string, flips: string }} prepared
 * @param {readonly { arm: string, weights: keyof typeof WEIGHTS, epochs: number, seed: number, taus: readonly number[], warmup?: number, by?: string }[]} groups
 * @param {Record<string, unknown>} shared
 * @returns {Run[]}
 */
export function sweepRuns(prepared, groups, shared) {
  const runs = groups.flatMap(({ arm, weights, epochs, seed, taus, warmup = 5, by = 'student' }) => {
    const name = `sweep-${prepared.set}-${arm}-${weights.replace('/', ':')}-e${epochs}`
    const base = {
      folder: prepared.folder,
      flips: prepared.flips,
      arm,
      student: 'light',
      backbone: 'embedded',
      seed,
      epochs,
    }
    const off = {
      id: `${name}-off-s${seed}`,
      ...base,
      selfCorrection: false,
      weights,
      ...WEIGHTS[weights],
      ...shared,
    }
    const on = taus.map((tau) => ({
      ...off,
      id: `${name}-t${tau}-w${warmup}-${by}-s${seed}`,
      selfCorrection: true,
      correctionThreshold: tau,
      correctionWarmup: warmup,
      correctBy: by,
    }))
    return [off, ...on]
  })
  return [...new Map(runs.map((run) => [run.id, run])).values()]
}
