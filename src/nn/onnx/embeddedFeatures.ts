import { assert } from '../../core/assert'
import type { RgbaImage } from '../../core/raster'
import { encodeHalf } from '../../ml/float16'
import { channelsLast, rgbPlanes } from '../../ml/imaging/planes'
import { luminanceOf, standardise, standardisationOf } from '../../ml/imaging/standardise'
import type { FeatureLevel, FeaturePack } from '../../ml/training'
import type { EmbeddedModel } from './embeddedManifest'
import { tensorOf, type FloatTensor, type InferenceSession } from './session'

/**
 * The levels a student gets: strides 4 to 32. The finest map (stride 2) more than doubles the cache and is
 * left to the segmenter; the student sees the pixels themselves instead.
 */
export function featureLevelsOf(model: EmbeddedModel): readonly (FeatureLevel & { readonly name: string })[] {
  return model.tensors.features.filter(({ stride }) => stride >= 4)
}

/**
 * Frozen features of a whole picture: the encoder without a prompt (all zeros), the picture
 * standardised by its own median and spread. Sides must be multiples of the model's `multipleOf`.
 */
export async function extractFeatures(
  encoder: InferenceSession,
  model: EmbeddedModel,
  image: RgbaImage,
): Promise<FeaturePack> {
  const { width, height } = image
  const { multipleOf } = model.input
  assert(
    width > 0 && height > 0 && width % multipleOf === 0 && height % multipleOf === 0,
    `the network takes multiples of ${multipleOf}, got ${width} x ${height}`,
  )
  const rgb = rgbPlanes(image)
  const planes = standardise(rgb, standardisationOf(luminanceOf(rgb), null), model.standardise)
  const features = await encoder.run({
    [model.tensors.image]: { data: planes, dims: [1, 3, height, width] },
    [model.tensors.prompt]: noPrompt(model, width, height),
  })
  const levels = featureLevelsOf(model).map(({ name, stride, channels }) => {
    const { data, dims } = tensorOf(features, name)
    assert(
      dims[1] === channels && dims[2] === height / stride && dims[3] === width / stride,
      `${name} has the shape ${dims.join(' x ')}, the manifest promises ${channels} channels at stride ${stride}`,
    )
    return { stride, channels, data: encodeHalf(channelsLast(data, channels)) }
  })
  return { width, height, levels }
}

function noPrompt({ prompt }: EmbeddedModel, width: number, height: number): FloatTensor {
  const channels = prompt.channels.length
  return { data: new Float32Array(channels * width * height), dims: [1, channels, height, width] }
}
