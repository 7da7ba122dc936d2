import { afterEach, describe, expect, test, vi } from 'vitest'
import { tensorOf, type InferenceSession } from '../../nn/onnx/session'
import type { OrtRuntime } from '../ort'
import { createStudentRunnerClient } from './studentRunnerClient'
import { inferenceInNode, job } from './__fixtures__/inferenceInNode'

vi.setConfig({ testTimeout: 30_000 })

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

describe('the student runner', () => {
  /** A fake student: `classes` are the first value of feat32 and of pixels, `defect` counts runs. */
  function fakeStudents() {
    const log: string[] = []
    const open: OrtRuntime['open'] = ({ onnx }): Promise<InferenceSession> => {
      const label = String(onnx[0])
      log.push(`open ${label}`)
      return Promise.resolve({
        inputNames: ['feat32', 'pixels'],
        outputNames: ['classes', 'defect'],
        inputs: [],
        outputs: [],
        run: (feeds) => {
          log.push(`run ${label}`)
          const { data: features, dims } = tensorOf(feeds, 'feat32')
          const { data: pixels } = tensorOf(feeds, 'pixels')
          expect(dims).toEqual([1, 3, 1, 2])
          const classes = new Float32Array(2 * 64 * 32)
          classes.set([features[0]!, features[1]!, pixels[0]!])
          return Promise.resolve({
            classes: { data: classes, dims: [1, 2, 32, 64] },
            defect: { data: new Float32Array(64 * 32), dims: [1, 1, 32, 64] },
          })
        },
        release: () => {
          log.push(`release ${label}`)
          return Promise.resolve()
        },
      })
    }
    const runtime: OrtRuntime = { version: 'fake', open }
    const deps = { loadOrt: () => Promise.resolve(runtime) }
    return { host: inferenceInNode(ports, { deps }).host, log }
  }
  // (1, 2, 3 channels) channels last: pixel 0 has 1, 2, 3 and pixel 1 has 4, 5, 6 (in halves).
  const features = {
    width: 64,
    height: 32,
    levels: [
      { stride: 32, channels: 3, data: Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600) },
    ],
  }
  const white = { width: 64, height: 32, data: new Uint8ClampedArray(64 * 32 * 4).fill(255) }

  test('feeds channels first and pixels in 0..1, and keeps the session while the key stays', async () => {
    const { host, log } = fakeStudents()
    const runner = createStudentRunnerClient(host)
    const answer = await runner.run('a', Uint8Array.of(1), features, white, job)
    // The plane of channel 0 is pixel 0 then pixel 1: 1, 4.
    expect([answer.classes[0], answer.classes[1], answer.classes[2]]).toEqual([1, 4, 1])
    expect(answer.defect.length).toBe(64 * 32)
    await runner.run('a', Uint8Array.of(1), features, white, job)
    await runner.run('b', Uint8Array.of(2), features, white, job)
    expect(log).toEqual(['open 1', 'run 1', 'run 1', 'release 1', 'open 2', 'run 2'])
  })

  test('a student that wants other features is incompatible', async () => {
    const runner = createStudentRunnerClient(fakeStudents().host)
    const other = { ...features, levels: [{ ...features.levels[0]!, stride: 16 }] }
    await expect(runner.run('a', Uint8Array.of(1), other, white, job)).rejects.toMatchObject({
      code: 'model/incompatible',
    })
  })
})
