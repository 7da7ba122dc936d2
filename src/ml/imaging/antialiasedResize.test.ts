import { describe, expect, test } from 'vitest'
import golden from './__fixtures__/antialiasedResize.json'
import { resizeRgbPlanes } from './antialiasedResize'

/** The formula that the golden file names. */
function picture(width: number, height: number) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set(
        [(x * 37 + y * 11) % 256, (x * 5 + y * 91 + x * y) % 256, ((x * x + 3 * y) * 7) % 256],
        (y * width + x) * 4,
      )
    }
  }
  return { width, height, data }
}

describe('the anti-aliased resize', () => {
  test.each(golden.cases)(
    'equals Pillow to the bit: $width x $height to $toWidth x $toHeight',
    ({ width, height, toWidth, toHeight, planes }) => {
      const resized = resizeRgbPlanes(picture(width, height), { width: toWidth, height: toHeight })
      expect([...resized]).toEqual(planes.flat())
    },
  )
})
