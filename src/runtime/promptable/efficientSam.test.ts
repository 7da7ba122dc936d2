import { describe, expect, test, vi } from 'vitest'
import { FIXTURE_MODELS } from '../../nn/onnx/promptable/__fixtures__/fixtureModels'
import {
  efficientSamDecoder,
  efficientSamEncoder,
} from '../../nn/onnx/promptable/__fixtures__/efficientSamGraphs'
import { edgesAround, flatPicture, logitsOf, openPromptable } from '../__fixtures__/promptableFixture'

vi.setConfig({ testTimeout: 60_000 })

const positive = (x: number, y: number) => ({ pointPx: { x, y }, isPositive: true })
const boxPx = { x: 20, y: 20, width: 40, height: 30 }

describe.each(['efficient-sam', 'efficient-sam-whole'])('%s', (name) => {
  const see = async () => {
    const opened = await openPromptable(...FIXTURE_MODELS[name]!.graphs())
    const region = flatPicture(100, 80)
    return { opened, seen: { region, embedding: await opened.encode(region) } }
  }

  test('a negative click is refused, not dropped', async () => {
    const { opened, seen } = await see()
    const clicks = [{ pointPx: { x: 30, y: 30 }, isPositive: false }]
    await expect(opened.ask(seen, { boxPx, clicks })).rejects.toMatchObject({ code: 'model/incompatible' })
  })

  test('takes four clicks beside the box, and refuses the fifth that the graph would cut off', async () => {
    const { opened, seen } = await see()
    const four = [positive(21, 21), positive(58, 21), positive(21, 48), positive(59, 48)]
    const logitAt = logitsOf(await opened.ask(seen, { boxPx, clicks: four }), 1, seen.region)
    expect(logitAt({ x: 60, y: 48 })).toBeGreaterThan(0) // the fourth click's disc
    const five = [...four, positive(40, 30)]
    await expect(opened.ask(seen, { boxPx, clicks: five })).rejects.toThrow(
      'takes 4 clicks beside a box, not 5',
    )
  })
})

describe('EfficientSAM with a fixed number of points', () => {
  test('is given padding points up to that number', async () => {
    const opened = await openPromptable(efficientSamEncoder(), efficientSamDecoder({ points: 5 }))
    const region = flatPicture(100, 100)
    const seen = { region, embedding: await opened.encode(region) }
    const answer = await opened.ask(seen, { boxPx, clicks: [positive(30, 30)] })
    const edges = edgesAround(logitsOf(answer, 1, region), { x: 40, y: 35 }, region)
    expect(Math.abs(edges.left - 20)).toBeLessThan(0.4)
    expect(Math.abs(edges.bottom - 50)).toBeLessThan(0.4)
    const clicks = [1, 2, 3, 4].map((i) => positive(25 + i, 30))
    await expect(opened.ask(seen, { boxPx, clicks })).rejects.toThrow('takes 3 clicks')
  })
})
