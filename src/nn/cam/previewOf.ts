import type { ClassifierEvent, ClassifierExample } from '../../ml/cam/classifier'
import { stretchCam } from '../../ml/cam/stretchCam'
import type { ViewPrediction } from './predictViews'

/** The CAM of a labelled picture's most probable class as bytes; null for a picture without a class. */
export function previewOf(
  { imageIndex, presence }: ClassifierExample,
  { scores, maps }: ViewPrediction,
  epoch: number,
): Extract<ClassifierEvent, { kind: 'cam' }> | null {
  const present = [...presence.keys()].filter((k) => presence[k] === 1)
  if (present.length === 0) return null
  const classIndex = present.reduce((best, k) => (scores[k]! > scores[best]! ? k : best))
  const { width, height, data } = stretchCam(maps[classIndex]!)
  const map = Uint8Array.from(data, (value) => Math.round(255 * value))
  return { kind: 'cam', epoch, imageIndex, classIndex, width, height, map }
}
