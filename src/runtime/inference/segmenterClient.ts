import { assert } from '../../core/assert'
import { AppError } from '../../core/errors'
import { intersectBoxes, type Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import { cropPatch } from '../../ml/imaging/cropPatch'
import { cropFrameOf } from '../../ml/imaging/gridFrame'
import type { Segmenter, SegmenterDescription } from '../../ports/segmenter'
import type { OpenLibraryModel } from '../models/libraryModel'
import { transfer } from '../rpc'
import type { LibraryDescription, SegmentRequest } from './inferenceApi'
import type { InferenceHost } from './inferenceHost'

const EMBEDDED = 'embedded'

/**
 * Promptable segmenters in the inference worker: `embedded`, and the models of the library under their ids. Only
 * the pixels that a model looks at are sent there, and none when it is known what its encoder saw.
 */
export function createSegmenterClient(host: InferenceHost, openLibraryModel: OpenLibraryModel): Segmenter {
  /** By model hash: a model's own graphs do not change. */
  const described = new Map<string, LibraryDescription>()

  return {
    describe: async (modelId) => {
      if (modelId === EMBEDDED) return describeEmbedded(host)
      const model = await openLibraryModel(modelId)
      let description = described.get(model.modelHash)
      if (description === undefined) {
        description = await host.call(
          modelId,
          'interactive',
          new AbortController().signal,
          (api, signal, wish) => api.describeLibrary(model, wish, signal),
        )
        described.set(model.modelHash, description)
      }
      const { id, title, modelHash } = model
      return { id, title, version: 1, modelHash, ...description }
    },

    segment: async (modelId, imageKey, image, prompt, lane, { signal }) => {
      if (intersectBoxes(prompt.boxPx, { x: 0, y: 0, width: image.width, height: image.height }) === null) {
        throw new AppError('usage/invalid-parameter', 'the box lies outside the picture')
      }
      if (modelId === EMBEDDED) {
        const source = await host.loadSource()
        const { cropFactor, cropSide } = source.model.input
        const frame = cropFrameOf(prompt.boxPx, cropFactor, cropSide)
        const { logits, predictedIou, status } = await host.call(
          modelId,
          lane,
          signal,
          (api, callSignal, wish) => {
            const request = patchRequest(image, frame, prompt)
            return api.segment(
              { ...source, wish },
              transfer(request, [request.patch.data.buffer]),
              callSignal,
            )
          },
        )
        host.report(status)
        return {
          frame,
          candidates: [{ logits, predictedIou, feedback: logits }],
          calibration: source.model.calibration,
        }
      }
      const model = await openLibraryModel(modelId)
      const { boxPx, clicks, former } = prompt
      const regionPx = prompt.regionPx ?? { x: 0, y: 0, width: image.width, height: image.height }
      const request = { model, imageKey, regionPx, prompt: { boxPx, clicks, former } }
      const known = await host.call(modelId, lane, signal, (api, callSignal, wish) =>
        api.segmentRegion({ ...request, wish }, null, callSignal),
      )
      const result =
        known ??
        (await host.call(modelId, lane, signal, (api, callSignal, wish) => {
          const pixels = cutRegion(image, regionPx)
          return api.segmentRegion({ ...request, wish }, transfer(pixels, [pixels.data.buffer]), callSignal)
        }))
      assert(result !== null, 'a model that was given pixels answers')
      host.report(result.status)
      return result.answer
    },
  }
}

async function describeEmbedded(host: InferenceHost): Promise<SegmenterDescription> {
  const { model } = await host.loadSource()
  const { channels } = model.prompt
  return {
    id: model.id,
    title: model.title,
    version: model.modelVersion,
    modelHash: await host.loadModelHash(),
    family: EMBEDDED,
    input: { kind: 'crop' },
    accepts: {
      positiveClicks: channels.includes('positive'),
      negativeClicks: channels.includes('negative'),
      feedback: channels.includes('previous'),
    },
    calibration: model.calibration,
  }
}

type EmbeddedPrompt = Pick<Parameters<Segmenter['segment']>[3], 'boxPx' | 'clicks' | 'former'>

/** The patch that a crop reads, and the prompt in its coordinates. */
function patchRequest(
  image: RgbaImage,
  frame: SegmentRequest['frame'],
  { boxPx, clicks, former }: EmbeddedPrompt,
): SegmentRequest & { readonly patch: { readonly data: Uint8ClampedArray<ArrayBuffer> } } {
  const { patch, frame: patchFrame } = cropPatch(image, frame)
  const dx = patchFrame.originPx.x - frame.originPx.x
  const dy = patchFrame.originPx.y - frame.originPx.y
  return {
    patch,
    frame: patchFrame,
    boxPx: { ...boxPx, x: boxPx.x + dx, y: boxPx.y + dy },
    clicks: clicks.map(({ pointPx, isPositive }) => ({
      pointPx: { x: pointPx.x + dx, y: pointPx.y + dy },
      isPositive,
    })),
    formerLogits: former?.feedback ?? null,
  }
}

function cutRegion(image: RgbaImage, { x, y, width, height }: Box): RgbaImage {
  assert(
    x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= image.width && y + height <= image.height,
    `the region ${x}, ${y}, ${width} x ${height} does not lie in the picture`,
  )
  assert([x, y, width, height].every(Number.isInteger), 'a region has integer corners')
  const data = new Uint8ClampedArray(width * height * 4)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 4
    data.set(image.data.subarray(from, from + width * 4), row * width * 4)
  }
  return { width, height, data }
}
