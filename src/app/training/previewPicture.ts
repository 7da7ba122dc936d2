import type { Size } from '../../core/geometry'
import type { ImageId } from '../../domain/records'
import { frameOf } from '../../ml/imaging/networkInput'
import type { PreviewPicture } from '../trainingFace'

/**
 * Cuts a prediction on the network's canvas to the part that the image covers (top left, aspect kept): what lies over
 * the repeated edge is no picture. `defect` is (height, width) of the canvas, 0..255.
 */
export function previewPicture(
  prediction: {
    readonly epoch: number
    readonly width: number
    readonly height: number
    readonly defect: Uint8Array
  },
  imageId: ImageId,
  image: Size,
): PreviewPicture {
  const { epoch, width, height, defect } = prediction
  const { content } = frameOf(image, { width, height })
  if (content.width === width && content.height === height) return { imageId, epoch, width, height, defect }
  const cut = new Uint8Array(content.width * content.height)
  for (let y = 0; y < content.height; y++) {
    cut.set(defect.subarray(y * width, y * width + content.width), y * content.width)
  }
  return { imageId, epoch, ...content, defect: cut }
}
