import { afterEach, describe, expect, test } from 'vitest'
import { AppError, isAbort } from '../core/errors'
import { connect, proxy, serve, transfer, type Endpoint } from './rpc'

const api = {
  add: (a: number, b: number) => a + b,
  fail: (kind: 'app' | 'bug' | 'text'): number => {
    if (kind === 'app') throw new AppError('model/missing', 'no weights at models/x.onnx')
    if (kind === 'bug') throw new TypeError('x is not a function')
    throw 'just text' as unknown as Error
  },
  /** Settles when the signal aborts, with the signal's own error. */
  untilAborted: (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      if (signal.aborted) reject(signal.reason as Error)
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    }),
  isAborted: (signal: AbortSignal) => signal.aborted,
  count: async (upTo: number, onProgress: (done: number) => void) => {
    for (let i = 1; i <= upTo; i++) onProgress(i)
    return upTo
  },
  sum: (values: Float32Array) => values.reduce((a, b) => a + b, 0),
}

const open: MessagePort[] = []
function remoteApi() {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  serve(api, port2 as Endpoint)
  return connect<typeof api>(port1 as Endpoint)
}
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

describe('rpc', () => {
  test('a call answers with the result of the other side', async () => {
    expect(await remoteApi().add(2, 3)).toBe(5)
  })

  test('an AppError arrives as an AppError with its code and message', async () => {
    const error = await remoteApi()
      .fail('app')
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('model/missing')
    expect((error as AppError).message).toBe('no weights at models/x.onnx')
  })

  test('a bug keeps its name and message, and a thrown text becomes an Error', async () => {
    const remote = remoteApi()
    await expect(remote.fail('bug')).rejects.toMatchObject({
      name: 'TypeError',
      message: 'x is not a function',
    })
    await expect(remote.fail('text')).rejects.toThrow('just text')
  })

  test('a failed call does not poison the next', async () => {
    const remote = remoteApi()
    await expect(remote.fail('bug')).rejects.toThrow('not a function')
    expect(await remote.add(1, 1)).toBe(2)
  })

  test('an abort crosses while the call is running and comes back as AbortError', async () => {
    const controller = new AbortController()
    const running = remoteApi().untilAborted(controller.signal)
    setTimeout(() => controller.abort(), 5)
    const error = await running.catch((e: unknown) => e)
    expect(isAbort(error)).toBe(true)
  })

  test('a signal that was aborted before the call arrives aborted', async () => {
    expect(await remoteApi().isAborted(AbortSignal.abort())).toBe(true)
  })

  test('a signal that never aborts arrives live', async () => {
    expect(await remoteApi().isAborted(new AbortController().signal)).toBe(false)
  })

  test('a callback passed through proxy is called in order', async () => {
    const seen: number[] = []
    expect(
      await remoteApi().count(
        3,
        proxy((done: number) => void seen.push(done)),
      ),
    ).toBe(3)
    await expect.poll(() => seen).toEqual([1, 2, 3])
  })

  test('a transferred buffer is gone on this side', async () => {
    const values = Float32Array.of(1, 2, 4)
    expect(await remoteApi().sum(transfer(values, [values.buffer]))).toBe(7)
    expect(values.byteLength).toBe(0)
  })
})
