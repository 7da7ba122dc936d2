import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Box, Size } from '../../src/core/geometry'
import { defaultParams } from '../../src/core/params'
import type { RgbaImage } from '../../src/core/raster'
import { generators } from '../../src/ml/generators'
import type { Click, FormerAnswer, GeneratedMask } from '../../src/ml/generators/generator'
import { promptBox } from '../../src/ml/generators/promptBox'
import { applyStyle, estimateStyle } from '../../src/ml/style'
import { inferenceInNode } from '../../src/runtime/inference/__fixtures__/inferenceInNode'
import { createSegmenterClient } from '../../src/runtime/inference/segmenterClient'

/**
 * The product's own code from a box to a mask, in node: generators, drawing style, segmenter client, worker protocol,
 * inference service and the embedded weights on ONNX Runtime's WASM kernels. Loaded by Vite for `runSegmenter.mjs`.
 *
 * @param models folder of the manifest and the weights
 */
export async function openProduct(models: string) {
  const ports: MessagePort[] = []
  const fetchUrl = (url: string): Promise<Response> =>
    Promise.resolve(new Response(readFileSync(path.join(models, path.basename(url)))))
  const { host } = inferenceInNode(ports, { fetchUrl })
  const client = createSegmenterClient(host, (id) =>
    Promise.reject(new Error(`the benchmark has no model "${id}"`)),
  )
  const description = await client.describe('embedded')
  const options = { signal: new AbortController().signal, onProgress: () => {} }
  return {
    description,
    /** What the app does for a box: the generator with its default parameters, or with some of them changed. */
    propose(
      generatorId: string,
      request: {
        readonly image: RgbaImage
        readonly boxPx: Box
        readonly clicks: readonly Click[]
        readonly former: FormerAnswer | null
      },
      params: { readonly [name: string]: string | number | boolean } = {},
    ): Promise<GeneratedMask> {
      const generator = generators.get(generatorId)
      return generator.generate(
        request,
        { ...defaultParams(generator.params), ...params },
        {
          seed: 0,
          segmenter: {
            canvasSide: null,
            segment: (prompt) =>
              client.segment('embedded', 'benchmark', request.image, prompt, 'interactive', options),
          },
        },
        options,
      )
    },
    promptBox: (boxPx: Box, image: Size) => promptBox(boxPx, [], image),
    estimateStyle,
    applyStyle,
    close: () => {
      for (const port of ports) port.close()
    },
  }
}
