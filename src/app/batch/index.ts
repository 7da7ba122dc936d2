import { camCommand } from './cam'
import { camScoreCommand } from './camScore'
import { evaluateCommand } from './evaluate'
import { predictCommand } from './predict'
import { proposeCommand } from './propose'
import type { BatchCommand, BatchHandler } from './request'
import { scoreCommand } from './score'
import { trainCommand } from './train'

/** The batch commands by name: the same actions the screen calls. */
export const BATCH_COMMANDS: Readonly<Record<BatchCommand, BatchHandler>> = {
  propose: proposeCommand,
  cam: camCommand,
  camScore: camScoreCommand,
  train: trainCommand,
  predict: predictCommand,
  evaluate: evaluateCommand,
  score: scoreCommand,
}
