import { describe, expect, test, vi } from 'vitest'
import { pasteMap } from '../../ml/imaging/pasteMap'
import { sam1Decoder, sam1Encoder } from '../../nn/onnx/promptable/__fixtures__/sam1Graphs'
import { tensorOf } from '../../nn/onnx/session'
import { flatPicture, noisePicture, openPromptable } from '../__fixtures__/promptableFixture'

vi.setConfig({ testTimeout: 60_000 })

describe('the decoder of SAM 1', () => {
  test('its low-resolution masks, laid over the picture, are the masks that the graph enlarges itself', async () => {
    for (const [width, height] of [
      [230, 163],
      [150, 420],
      [1290, 900],
    ] as const) {
      const region = noisePicture(width, height)
      const { model, encoder, decoder } = await openPromptable(sam1Encoder(), sam1Decoder())
      const embedding = await model.encode(encoder, region)
      const boxPx = { x: width * 0.3, y: height * 0.4, width: width * 0.35, height: height * 0.25 }
      let asked: Parameters<typeof decoder.run>[0] = {}
      const watched = {
        ...decoder,
        run: (feeds: typeof asked) => {
          asked = feeds
          return decoder.run(feeds)
        },
      }
      const prompt = { boxPx, clicks: [], former: null }
      const { frame, candidates } = await model.decode(watched, embedding, region, prompt)
      const size = { data: Float32Array.of(height, width), dims: [2] }
      const reference = tensorOf(await decoder.run({ ...asked, orig_im_size: size }), 'masks')
      expect(reference.dims).toEqual([1, 4, height, width])
      // A tenth beyond the box on every side, and only inside the picture: as far as a mask may go.
      const window = {
        x: Math.floor(boxPx.x - boxPx.width / 10),
        y: Math.floor(boxPx.y - boxPx.height / 10),
        width: Math.ceil(boxPx.width * 1.2),
        height: Math.ceil(boxPx.height * 1.2),
      }
      candidates.forEach(({ logits }, m) => {
        const pasted = pasteMap(logits, frame, window)
        let worst = 0
        for (let y = 0; y < window.height; y++) {
          for (let x = 0; x < window.width; x++) {
            const expected = reference.data[(m * height + window.y + y) * width + window.x + x]!
            worst = Math.max(worst, Math.abs(pasted.data[y * window.width + x]! - expected))
          }
        }
        expect(worst, `mask ${m} of ${width} x ${height}`).toBeLessThan(1e-3)
      })
    }
  })

  test('only the neighbourhood of the box is computed', async () => {
    const opened = await openPromptable(sam1Encoder(), sam1Decoder())
    const region = flatPicture(1000, 1000)
    const seen = { region, embedding: await opened.encode(region) }
    const { frame } = await opened.ask(seen, { boxPx: { x: 500, y: 500, width: 100, height: 40 } })
    expect(frame.columns).toBeLessThan(160)
    expect(frame.rows).toBeLessThan(70)
  })
})
