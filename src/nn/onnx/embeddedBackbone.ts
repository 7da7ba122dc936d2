import type { BackboneTensors } from '../../ml/backboneTensors'
import { featureLevelsOf } from './embeddedFeatures'
import type { EmbeddedModel } from './embeddedManifest'

/** The embedded encoder as a backbone, in the words of every backbone. */
export function embeddedBackbone(model: EmbeddedModel): BackboneTensors {
  const { tensors, prompt, standardise } = model
  return {
    image: tensors.image,
    preparation: { kind: 'luminance', stdFloor: standardise.stdFloor, clip: standardise.clip },
    zeros: [{ name: tensors.prompt, channels: prompt.channels.length }],
    levels: featureLevelsOf(model).map(({ name, stride, channels }) => ({
      output: name,
      stride,
      channels,
      layout: 'map',
    })),
    tokenNorm: null,
  }
}
