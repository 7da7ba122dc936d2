import { describe, expect, test, vi } from 'vitest'
import { BROKEN_MODELS } from '../../nn/onnx/promptable/__fixtures__/brokenModels'
import type { RegionAnswer } from '../../nn/onnx/promptable/promptableModel'
import { flatPicture, openPromptable } from '../__fixtures__/promptableFixture'

vi.setConfig({ testTimeout: 60_000 })

/** The answer to one box in a flat picture of one grey. */
async function answerOf(name: keyof typeof BROKEN_MODELS, grey = 100): Promise<RegionAnswer> {
  const opened = await openPromptable(...BROKEN_MODELS[name]())
  const region = flatPicture(60, 60, [grey, grey, grey])
  const seen = { region, embedding: await opened.encode(region) }
  return opened.ask(seen, { boxPx: { x: 10, y: 10, width: 30, height: 30 } })
}

describe('a broken model', () => {
  test.each([
    [
      'other-family',
      'graph0.onnx: it does not belong to graph1.onnx: an encoder of SAM 2 by samexporter takes image',
    ],
    ['int32-labels', 'is int32, expected int64'],
    ['no-boxes', 'it takes points only'],
  ] as const)('%s is refused before it runs', async (name, message) => {
    await expect(answerOf(name)).rejects.toMatchObject({
      code: 'model/incompatible',
      message: expect.stringContaining(message) as string,
    })
  })

  test('a truncated file does not open', async () => {
    await expect(answerOf('truncated')).rejects.toThrow(/protobuf/i)
  })

  test('logits that are no numbers are a failure with its own name', async () => {
    await expect(answerOf('no-numbers')).rejects.toMatchObject({ code: 'model/bad-output' })
  })

  test('a model that finds nothing answers without a positive logit', async () => {
    const { candidates } = await answerOf('empty')
    expect(candidates.every(({ logits }) => logits.every((value) => value < 0))).toBe(true)
  })

  test('a model that ignores its picture answers the same to black and to white', async () => {
    const black = await answerOf('ignores-image', 0)
    const white = await answerOf('ignores-image', 255)
    const isSame = black.candidates.every(({ logits }, i) =>
      logits.every((value, p) => value === white.candidates[i]!.logits[p]),
    )
    expect(isSame).toBe(true)
  })
})
