import type { Size } from '../../core/geometry'
import type { tf } from '../tf'
import { defineOwnKernel } from './ownKernels'

/** Bilinear resize to any size, pixel centres at halves: x (N, h, w, C) -> (N, size.height, size.width, C). */
export function ownResize(x: tf.Tensor4D, { height, width }: Size): tf.Tensor4D {
  return resizeKernel([x], { height, width })[0] as tf.Tensor4D
}

/** Its transpose as a matrix: dy (N, H, W, C) -> (N, size.height, size.width, C). */
export function ownResizeAdjoint(dy: tf.Tensor4D, { height, width }: Size): tf.Tensor4D {
  return resizeAdjointKernel([dy], { height, width })[0] as tf.Tensor4D
}

const resizeKernel = defineOwnKernel<Size>('OwnResize', (runner, [x], { height, width }) => {
  const [n, h, w, channels] = x!.shape as [number, number, number, number]
  const y = runner.create([n, height, width, channels])
  runner.run('resizeRow', n * height, [
    runner.addressOf(x!),
    runner.addressOf(y),
    h,
    w,
    height,
    width,
    channels,
  ])
  return y
})

const resizeAdjointKernel = defineOwnKernel<Size>('OwnResizeAdjoint', (runner, [dy], { height, width }) => {
  const [n, h, w, channels] = dy!.shape as [number, number, number, number]
  const dx = runner.create([n, height, width, channels])
  runner.run('resizeAdjoint', n, [runner.addressOf(dy!), runner.addressOf(dx), height, width, h, w, channels])
  return dx
})
