import type { Progress } from '../../core/job'
import { byteText } from '../start/byteText'

/** "3 / 12", "19 MB / 41 MB"; nothing while the whole is unknown. */
export function progressText({ done, total, unit }: Progress): string {
  if (total <= 0) return ''
  return unit === 'bytes' ? `${byteText(done)} / ${byteText(total)}` : `${done} / ${total}`
}
