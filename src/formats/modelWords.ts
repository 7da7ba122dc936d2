import { studentFeatureNames } from '../ml/studentFeatureNames'
import type { ModelFacts, ModelInfo, TensorNote } from './modelInfo'

/** What the words are about. */
type Facts = Pick<
  ModelFacts,
  | 'form'
  | 'classes'
  | 'input'
  | 'threshold'
  | 'minimumAreaPx'
  | 'minimumPeak'
  | 'imageScoreShare'
  | 'backbone'
>

/** Inputs and outputs of `model.onnx` with the shapes of one picture at the canvas. */
export function describeTensors({ form, classes, input, backbone }: Facts): ModelInfo['tensors'] {
  const { width, height } = input
  const tensor = (name: string, shape: readonly number[], meaning: string): TensorNote => ({
    name,
    type: 'float32',
    shape,
    meaning,
  })
  const features =
    form === 'whole' || backbone === null
      ? []
      : backbone.tensors.levels.map(({ stride, channels, output }, index) =>
          tensor(
            studentFeatureNames(backbone.tensors.levels)[index]!,
            [1, channels, height / stride, width / stride],
            `features of the backbone, from its value "${output}"`,
          ),
        )
  return {
    inputs: [
      ...features,
      tensor('pixels', [1, 3, height, width], 'planes of red, green and blue of the placed picture, 0..1'),
    ],
    outputs: [
      tensor(
        'classes',
        [1, classes.length + 1, height, width],
        'softmax of the class head: channel 0 is background, channel i + 1 is classes[i]',
      ),
      tensor('defect', [1, 1, height, width], 'probability of any defect, 0..1'),
    ],
  }
}

export function preprocessingSteps(facts: Facts): readonly string[] {
  const { width, height } = facts.input
  const steps = [
    'Decode the file to 8-bit red, green and blue, turned as EXIF says, without conversion by a colour profile; grey goes into all three; transparent pixels are laid over black. The picture is w x h pixels.',
    `The canvas is ${width} x ${height} (width x height). scale = min(${width} / w, ${height} / h). The content is min(${width}, max(1, floor(w * scale + 0.5))) wide and min(${height}, max(1, floor(h * scale + 0.5))) high.`,
    'Resize the picture to the content, along x first, then along y, with the rule of each axis by its own two lengths "from" and "to". Shrinking (to < from): output o is the mean of the inputs weighted by how much of each lies in o * from / to .. (o + 1) * from / to (input i covers i .. i + 1). Else: bilinear with half-pixel centres, s = max((o + 0.5) * from / to - 0.5, 0), i = min(floor(s), from - 1), f = s - i, output o = (1 - f) * input i + f * input (i + 1), and input i alone where i is the last. Nothing is rounded between the axes; at the end values are rounded to the nearest whole number, ties to even, and clamped to 0..255.',
    `Put the content at the top left of the canvas. Fill what is right of it with the content's last column, and what is below with the last row of that.`,
    `"pixels" is the canvas as float32 (1, 3, ${height}, ${width}): planes of red, green, blue in this order, each value divided by 255.`,
  ]
  if (facts.backbone === null) return [...steps, 'Run model.onnx on "pixels".']
  if (facts.form === 'whole')
    return [...steps, 'Run model.onnx on "pixels": the backbone and its own preparation are inside.']
  return [...steps, ...backboneSteps(facts.backbone, facts), 'Run model.onnx on the features and "pixels".']
}

function backboneSteps(
  backbone: NonNullable<Facts['backbone']>,
  { input: { width, height } }: Facts,
): readonly string[] {
  const { image, preparation, zeros, levels, tokenNorm } = backbone.tensors
  const names = studentFeatureNames(backbone.tensors.levels)
  const prepared =
    preparation.kind === 'luminance'
      ? `clip((pixels - median) / max(std, ${preparation.stdFloor}), -${preparation.clip}, ${preparation.clip}), where median and std are those of the luminance (red + green + blue) / 3 of "pixels" over the whole canvas; the median of an even count is the mean of the two middle values, std divides by the count`
      : `(pixels - mean) / std by channel, mean ${preparation.mean.join(', ')}, std ${preparation.std.join(', ')}`
  const zeroInputs = zeros
    .map(
      ({ name, channels }) =>
        ` Its input "${name}" is float32 (1, ${channels}, ${height}, ${width}), all zero.`,
    )
    .join('')
  const tokens = tokenNorm === null ? '' : ` ${tokenWords(tokenNorm.epsilon)}`
  return [
    `Run the backbone "${backbone.id}" (SHA-256 of the file: ${backbone.sha256}; ${backbone.source}). Its input "${image}" is float32 (1, 3, ${height}, ${width}) = ${prepared}.${zeroInputs}`,
    ...levels.map(({ output, stride, channels, layout }, i) => {
      const shape = `(1, ${channels}, ${height / stride}, ${width / stride})`
      if (layout === 'map') return `"${names[i]!}" is its output "${output}", ${shape}.`
      return `"${names[i]!}" is made from its output "${output}", (an inner value of its graph where the file does not list it as an output), tokens (1, n, ${channels}): take the last ${height / stride} * ${width / stride} tokens,${tokens} and lay them out row by row as ${shape}.`
    }),
    'The app keeps features as half floats between the two networks. Rounding them to float16 and back gives its very numbers; features that stay float32 give probabilities within 0.001 of them.',
  ]
}

function tokenWords(epsilon: number): string {
  return `normalise each over its channels ((x - mean) / sqrt(variance + ${epsilon}) * scale + shift, with scale and shift of backbone.tensors.tokenNorm),`
}

export function postprocessingSteps({
  threshold,
  minimumAreaPx,
  minimumPeak,
  imageScoreShare,
  classes,
}: Facts): readonly string[] {
  return [
    'Cut the content, the top left part of the canvas that the picture fills, out of "defect".',
    'Resize it to w x h, each axis bilinear with half-pixel centres as above, also where it shrinks: two inputs for each output, no averaging over an area. This is the defect probability of every pixel.',
    imageScoreShare === 0
      ? 'The score of the image is the highest of them.'
      : `The score of the image is the mean of the max(1, floor(${imageScoreShare} * w * h)) highest of them ("imageScoreShare").`,
    `A pixel is defect where its probability is >= ${threshold} ("threshold").`,
    `Instances are the 8-connected components of these pixels with at least ${minimumAreaPx} of them ("minimumAreaPx") and a probability of at least ${minimumPeak} somewhere among them ("minimumPeak"), in the order of their first pixel row by row.`,
    'The score of an instance is the mean of the defect probability over its pixels.',
    `The class of an instance is one for all its pixels: for each pixel (x, y) read "classes" at column min(content width - 1, floor(x / w * content width)) and row min(content height - 1, floor(y / h * content height)), sum the channels 1 to ${classes.length} over the pixels, and take the largest; of equal sums the first. Channel i + 1 is classes[i].`,
  ]
}
