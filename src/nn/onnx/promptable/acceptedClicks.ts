import { AppError } from '../../../core/errors'
import type { Click } from '../../../ml/generators/generator'
import type { PromptableModel } from './promptableModel'

/** Throws `model/incompatible` for a click that the model would not see: dropping it would answer another question. */
export function checkClicks(clicks: readonly Click[], accepts: PromptableModel['accepts']): void {
  for (const { isPositive } of clicks) {
    if (isPositive ? accepts.positiveClicks : accepts.negativeClicks) continue
    throw new AppError(
      'model/incompatible',
      `this model takes no ${isPositive ? 'clicks' : 'clicks that take away'}: draw the box anew, or choose another model`,
    )
  }
}
