import type { DrawingStyleView } from '../../app/app'
import { STYLE_LEAST_MASKS } from '../../domain/styleRules'

/** The badge's sentence for a class. */
export function styleText({ isOn, masks, fromMasks }: DrawingStyleView, className: string): string {
  if (!isOn) return `${className}: drawn as the generator does`
  if (fromMasks !== null) return `${className}: drawn like your ${fromMasks} masks`
  const missing = STYLE_LEAST_MASKS - masks
  if (missing > 0) return `${className}: accept ${missing} more to be drawn like yours`
  return `${className}: the generator draws like you`
}
