import { MASK_RULES } from './stages.mjs'

/**
 * The measured runs of a seed. The masks of the train images matter to the students only: the other runs make cheap ones,
 * and ask for each stage of the judged images by name.
 *
 * `contrastWeight` 0 is the classifier without the contrastive loss.
 */
const CHEAP_MASKS = { inpainting: false, maskFrom: 'threshold' }

/** @type {Record<string, (seed: number) => Record<string, unknown>>} options of `camScore` by the run's name */
export const RUNS = {
  plain: (seed) => ({
    seed,
    params: { ...CHEAP_MASKS, contrastWeight: 0, guidedCrops: false },
    rules: [],
    extended: false,
  }),
  rules: (seed) => ({
    seed,
    params: CHEAP_MASKS,
    rules: MASK_RULES,
    // The pictures show one seed.
    ...(seed === 0 ? { shown: 'map/mixed' } : {}),
  }),
  students: (seed) => ({ seed, params: {}, rules: [], extended: false, students: true }),
}
