import { AppError } from '../../core/errors'
import { cropFrameOf } from '../../ml/imaging/crop'
import { cropPatch } from '../../ml/imaging/cropPatch'
import type { Segmenter } from '../../ports/segmenter'
import { transfer } from '../rpc'
import type { InferenceHost } from './inferenceHost'

/** The embedded segmenter in the inference worker. Only the pixels that the crop reads are sent there. */
export function createSegmenterClient(host: InferenceHost): Segmenter {
  return {
    describe: async () => {
      const { model } = await host.loadSource()
      return {
        id: model.id,
        title: model.title,
        version: model.modelVersion,
        modelHash: await host.loadModelHash(),
        cropSide: model.input.cropSide,
        cropFactor: model.input.cropFactor,
        calibration: model.calibration,
      }
    },
    segment: async (_imageKey, image, { boxPx, clicks }, lane, { signal }) => {
      if (clicks.length > 0) {
        throw new AppError('model/incompatible', 'the embedded segmenter takes a box, not clicks')
      }
      const source = await host.loadSource()
      const { cropFactor, cropSide } = source.model.input
      const frame = cropFrameOf(boxPx, cropFactor, cropSide)
      const { patch, frame: patchFrame } = cropPatch(image, frame)
      const shiftPx = {
        x: patchFrame.originPx.x - frame.originPx.x,
        y: patchFrame.originPx.y - frame.originPx.y,
      }
      const request = {
        patch,
        frame: patchFrame,
        boxPx: { ...boxPx, x: boxPx.x + shiftPx.x, y: boxPx.y + shiftPx.y },
      }
      const { logits, predictedIou, status } = await host.worker.run(lane, signal, (api, callSignal) =>
        api.segment(source, transfer(request, [patch.data.buffer]), callSignal),
      )
      host.report(status)
      return { frame, logits, predictedIou }
    },
  }
}
