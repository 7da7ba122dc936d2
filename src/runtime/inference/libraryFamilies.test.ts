import { afterEach, describe, expect, test, vi } from 'vitest'
import type { CropAnswer } from '../../ml/generators/generator'
import { pasteMap } from '../../ml/imaging/pasteMap'
import { FIXTURE_MODELS } from '../../nn/onnx/promptable/__fixtures__/fixtureModels'
import { sam1Decoder, sam1Encoder } from '../../nn/onnx/promptable/__fixtures__/sam1Graphs'
import type { LibraryModel } from '../models/libraryModel'
import { createSegmenterClient } from './segmenterClient'
import { inferenceInNode, job, picture, promptOf, type Disk } from './__fixtures__/inferenceInNode'

/** Every family through the worker: the canary lets it pass, and its masks lie where the box is. */
vi.setConfig({ testTimeout: 90_000 })

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

const image = picture(240, 180)
const boxPx = { x: 110, y: 60, width: 60, height: 50 }
const regionPx = { x: 80, y: 40, width: 130, height: 110 }

function modelOf(id: string, graphs: readonly Uint8Array[]): LibraryModel {
  const [encoder, decoder] = graphs.map((bytes, i) => ({
    name: `${id}-${i}.onnx`,
    graph: new Blob([bytes.slice()]),
    externalData: [],
  }))
  const modelHash = Buffer.from(id).toString('hex').padEnd(64, '0')
  return { id, title: id, modelHash, encoder: encoder!, decoder: decoder ?? encoder! }
}

function ask(model: LibraryModel, disk: Disk = new Map()) {
  const inference = inferenceInNode(ports, { disk })
  const segmenter = createSegmenterClient(inference.host, () => Promise.resolve(model))
  const prompt = { ...promptOf(boxPx), regionPx }
  return {
    inference,
    answer: segmenter.segment(model.id, 'image:one', image, prompt, 'interactive', job),
  }
}

/** Share of the box that the mask covers, and of the mask that lies in the box. */
function agreement({ frame, candidates }: CropAnswer, candidate: number) {
  const { data } = pasteMap(candidates[candidate]!.logits, frame, { x: 0, y: 0, ...image })
  let [inside, mask] = [0, 0]
  data.forEach((logit, p) => {
    if (logit <= 0) return
    mask++
    const [x, y] = [(p % image.width) + 0.5, Math.floor(p / image.width) + 0.5]
    if (x > boxPx.x && x < boxPx.x + boxPx.width && y > boxPx.y && y < boxPx.y + boxPx.height) inside++
  })
  return { covered: inside / (boxPx.width * boxPx.height), precise: inside / mask }
}

describe.each(Object.entries(FIXTURE_MODELS))('%s', (id, fixture) => {
  const model = modelOf(id, fixture.graphs())
  const exact = fixture.growth.includes(0) ? fixture.growth.indexOf(0) : fixture.growth.indexOf(-0.5)

  test('is trusted and masks its box', async () => {
    const disk: Disk = new Map()
    const first = await ask(model, disk).answer
    expect(first.candidates.length).toBe(fixture.growth.length)
    const { covered, precise } = agreement(first, exact)
    expect(covered).toBeGreaterThan(0.93)
    expect(precise).toBeGreaterThan(0.93)
    // The next worker runs the decoder only; a model of one graph is that.
    const next = ask(model, disk)
    const second = await next.answer
    expect(
      second.candidates[exact]!.logits.every((value, p) => value === first.candidates[exact]!.logits[p]),
    ).toBe(true)
    expect(next.inference.runs.length).toBe(1)
  })
})

describe('a family’s decoder that went wrong', () => {
  test('in numbers is refused', async () => {
    const model = modelOf('mad', [sam1Encoder(), sam1Decoder({ fault: 'no-numbers' })])
    await expect(ask(model).answer).rejects.toMatchObject({ code: 'model/bad-output' })
  })

  test('by finding nothing answers with nothing: that is for the generator to say', async () => {
    const model = modelOf('empty', [sam1Encoder(), sam1Decoder({ fault: 'empty' })])
    const answer = await ask(model).answer
    expect(answer.candidates[0]!.logits.every((value) => value < 0)).toBe(true)
  })
})
