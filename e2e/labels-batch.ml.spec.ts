import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { maskwright } from './support/maskwright'
import { greyPng } from './support/pictures'
import { areaOf, readRle } from './support/readRle'

const SIZE = { width: 160, height: 128 }
const DEFECTIVE = 12

/** A scratch of 4 px, somewhere else in every picture. */
const scratchOf = (i: number) => ({ x: 20 + ((i * 37) % 80), y: 24 + ((i * 23) % 72), length: 44 })

function plate(i: number, isDefective: boolean): Buffer {
  const { x: left, y: top, length } = scratchOf(i)
  return greyPng(SIZE.width, SIZE.height, (x, y) => {
    const isScratch = isDefective && x >= left && x < left + length && y >= top && y < top + 4
    return isScratch ? 70 : 150 + ((x * 7 + y * 13 + i * 5) % 11)
  })
}

interface Masks {
  readonly images: readonly {
    readonly id: number
    readonly file_name: string
    readonly attributes: { readonly score: number }
  }[]
  readonly annotations: readonly {
    readonly image_id: number
    readonly segmentation: { readonly size: [number, number]; readonly counts: string }
  }[]
}

test('cam and train --recipe cam, from labels to masks and to a student', async () => {
  test.setTimeout(900_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-labels-'))
  const at = (...names: string[]): string => path.join(folder, ...names)
  mkdirSync(at('in'))
  const labels: Record<string, string[]> = {}
  for (let i = 0; i < 2 * DEFECTIVE; i++) {
    const isDefective = i % 2 === 0
    const name = `plate-${i}.png`
    writeFileSync(at('in', name), plate(i, isDefective))
    // The last pair has no label: it is scored all the same.
    if (i < 2 * DEFECTIVE - 2) labels[name] = isDefective ? ['scratch'] : []
  }
  writeFileSync(at('labels.json'), JSON.stringify({ ...labels, 'nowhere.png': [] }))

  await test.step('cam marks where the scratches are, and ranks the pictures without a label', async () => {
    const ended = await maskwright(
      'cam',
      '--images',
      at('in'),
      '--labels',
      at('labels.json'),
      '--out',
      at('masks.json'),
      '--seed',
      '1',
      '--params',
      '{"classifierEpochs": 20, "inpaintRounds": 1}',
    )
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stderr).toContain('nowhere.png')
    const masks = JSON.parse(readFileSync(at('masks.json'), 'utf8')) as Masks
    let common = 0
    let together = 0
    for (const { image_id, segmentation } of masks.annotations) {
      const { file_name } = masks.images.find(({ id }) => id === image_id)!
      const { x: left, y: top, length } = scratchOf(Number(/\d+/.exec(file_name)![0]))
      const mask = readRle(segmentation.size, segmentation.counts)
      let inside = 0
      for (let y = top; y < top + 4; y++)
        for (let x = left; x < left + length; x++) inside += mask.rows[y * SIZE.width + x]!
      common += inside
      together += areaOf(mask) - inside
    }
    together += (DEFECTIVE - 1) * 4 * 44
    expect(common / together).toBeGreaterThan(0.5)
    const scoreOf = (name: string): number =>
      masks.images.find(({ file_name }) => file_name === name)!.attributes.score
    expect(scoreOf('plate-22.png')).toBeGreaterThan(scoreOf('plate-23.png'))
  })

  await test.step('the recipe ends in a student that ranks pictures without any map', async () => {
    const ended = await maskwright(
      'train',
      '--recipe',
      'cam',
      '--images',
      at('in'),
      '--labels',
      at('labels.json'),
      '--out',
      at('run'),
      '--epochs',
      '3',
      '--seed',
      '1',
      '--params',
      '{"classifierEpochs": 12, "inpainting": false}',
    )
    expect(ended).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(at('run', 'model.json'), 'utf8'))).toMatchObject({
      recipe: 'cam',
      seed: 1,
      classes: [{ name: 'scratch' }],
      imageScoreShare: 0.001,
    })
    const predicted = await maskwright(
      'predict',
      '--images',
      at('in'),
      '--model',
      at('run'),
      '--out',
      at('predictions.json'),
    )
    expect(predicted).toMatchObject({ code: 0 })
    const { images } = JSON.parse(readFileSync(at('predictions.json'), 'utf8')) as Masks
    const score = (name: string): number =>
      images.find(({ file_name }) => file_name === name)!.attributes.score
    expect(score('plate-22.png')).toBeGreaterThan(score('plate-23.png'))
  })
})
