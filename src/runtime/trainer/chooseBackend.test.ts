import { describe, expect, test } from 'vitest'
import type { GpuAdapter } from '../gpuAdapter'
import { chooseBackend, type BackendHost, type BackendName } from './chooseBackend'

const host = (
  gpu: GpuAdapter['kind'],
  broken: readonly BackendName[] = [],
): BackendHost & { started: string[] } => {
  const started: string[] = []
  return {
    threads: 2,
    started,
    probeGpu: async () => ({ kind: gpu, description: 'test adapter' }),
    start: async (name) => {
      started.push(name)
      return broken.includes(name) ? 'no such file' : null
    },
  }
}
const passes = async () => true

describe('chooseBackend', () => {
  test('takes the GPU when it is hardware', async () => {
    expect(await chooseBackend(null, host('hardware'), passes)).toEqual({
      backend: 'webgpu',
      note: 'GPU, test adapter',
    })
  })

  test('a software GPU is not even tried, unless asked for', async () => {
    const software = host('software')
    expect((await chooseBackend(null, software, passes)).backend).toBe('wasm')
    expect(software.started).toEqual(['wasm'])
    expect((await chooseBackend('webgpu', software, passes)).backend).toBe('webgpu')
  })

  test('a backend that starts but computes wrongly is passed over, and the note says so', async () => {
    let tries = 0
    const chosen = await chooseBackend(null, host('hardware'), async () => ++tries > 1)
    expect(chosen).toEqual({
      backend: 'wasm',
      note: 'processor, 2 threads; webgpu: its results are wrong',
    })
  })

  test('a self-test that throws counts as failed', async () => {
    let tries = 0
    const chosen = await chooseBackend(null, host('none'), async () => {
      if (++tries === 1) throw new Error('kernel missing')
      return true
    })
    expect(chosen.backend).toBe('cpu')
    expect(chosen.note).toContain('wasm: kernel missing')
  })

  test('nothing works: runtime/no-backend with every reason', async () => {
    await expect(chooseBackend('wasm', host('none', ['wasm']), passes)).rejects.toThrow(
      expect.objectContaining({
        code: 'runtime/no-backend',
        message: expect.stringContaining('no such file'),
      }),
    )
  })
})
