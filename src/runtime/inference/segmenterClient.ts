import { AppError } from '../../core/errors'
import { cropFrameOf } from '../../ml/imaging/gridFrame'
import { cropPatch } from '../../ml/imaging/cropPatch'
import type { Segmenter } from '../../ports/segmenter'
import { transfer } from '../rpc'
import type { InferenceHost } from './inferenceHost'

/** The embedded segmenter in the inference worker. Only the pixels that the crop reads are sent there. */
export function createSegmenterClient(host: InferenceHost): Segmenter {
  return {
    describe: async (modelId) => {
      expectEmbedded(modelId)
      const { model } = await host.loadSource()
      return {
        id: model.id,
        title: model.title,
        version: model.modelVersion,
        modelHash: await host.loadModelHash(),
        family: 'embedded',
        input: { kind: 'crop' },
        accepts: { positiveClicks: false, negativeClicks: false, feedback: false },
        calibration: model.calibration,
      }
    },
    segment: async (modelId, _imageKey, image, { boxPx, clicks }, lane, { signal }) => {
      expectEmbedded(modelId)
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
      return {
        frame,
        candidates: [{ logits, predictedIou, feedback: logits }],
        calibration: source.model.calibration,
      }
    },
  }
}

function expectEmbedded(modelId: string): void {
  if (modelId !== 'embedded') throw new AppError('model/missing', `there is no model "${modelId}"`)
}
