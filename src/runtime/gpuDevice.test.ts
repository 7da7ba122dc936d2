import { describe, expect, test } from 'vitest'
import type { InferenceSession } from '../nn/onnx/session'
import { failingLoudly, watchDevice, type WatchedDevice } from './gpuDevice'

function fakeDevice() {
  let lose: (loss: { message: string }) => void = () => {}
  const lost = new Promise<{ message: string }>((resolve) => {
    lose = resolve
  })
  const device: WatchedDevice = Object.assign(new EventTarget(), { lost })
  const report = (message: string): void => {
    device.dispatchEvent(Object.assign(new Event('uncapturederror'), { error: { message } }))
  }
  return { device, lose, report }
}

const answering = (during: () => void = () => {}): InferenceSession => ({
  inputNames: [],
  outputNames: [],
  inputs: [],
  outputs: [],
  run: () => {
    during()
    return Promise.resolve({})
  },
  release: () => Promise.resolve(),
})

describe('failingLoudly', () => {
  test('lets a quiet device answer', async () => {
    const watch = watchDevice(fakeDevice().device)
    expect(await failingLoudly(answering(), watch).run({})).toEqual({})
  })

  test('an error that the device reports during a run fails that run', async () => {
    const { device, report } = fakeDevice()
    const session = failingLoudly(
      answering(() => report('buffer too large')),
      watchDevice(device),
    )
    await expect(session.run({})).rejects.toThrow('the GPU reported an error: buffer too large')
  })

  test('a lost device fails every run from then on', async () => {
    const { device, lose } = fakeDevice()
    const session = failingLoudly(answering(), watchDevice(device))
    lose({ message: 'driver reset' })
    for (let i = 0; i < 2; i++) {
      await expect(session.run({})).rejects.toThrow('the device was lost: driver reset')
    }
  })
})
