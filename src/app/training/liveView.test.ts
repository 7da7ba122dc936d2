import { expect, test } from 'vitest'
import { idOf } from '../../domain/records'
import type { ImageTarget } from '../../domain/trainingSet'
import { createLiveView } from './liveView'

test('a picture keeps its place when the next epoch changes it', () => {
  const view = createLiveView()
  view.begin(idOf('run', 'r'))
  // Not in the order of their ids: pictures come as they are done.
  const ids = ['b', 'a', 'c'].map((id) => idOf('image', id))
  const targets = ids.map(
    (imageId): ImageTarget => ({
      imageId,
      masks: [],
      ignoreBoxesPx: [],
      ignoreMasks: [],
      rimmedMasks: [],
      barredMasks: [],
      isConfirmedClean: false,
      isReviewed: false,
    }),
  )
  const show = (imageIndex: number, epoch: number): void =>
    view.follow(
      { kind: 'preview', epoch, imageIndex, width: 2, height: 1, defect: Uint8Array.of(0, 255) },
      { targets, sizeOf: () => ({ width: 2, height: 1 }) },
    )
  for (const index of [0, 1, 2]) show(index, 0)
  show(1, 1)
  expect(view.cell.get()!.previews.map(({ imageId, epoch }) => [imageId, epoch])).toEqual([
    [ids[0], 0],
    [ids[1], 1],
    [ids[2], 0],
  ])
})
