import type { InferenceSession } from '../nn/onnx/session'

/** The part of a GPUDevice that tells of its troubles. */
export interface WatchedDevice extends EventTarget {
  readonly lost: Promise<{ readonly message: string }>
}

export interface DeviceWatch {
  /** The last error that WebGPU reported outside any call; null while there was none. A lost device stays lost. */
  fault(): string | null
}

/** A failed GPU command leaves tensors at zero and says so only by this event; a lost device by a promise. */
export function watchDevice(device: WatchedDevice): DeviceWatch {
  let fault: string | null = null
  device.addEventListener('uncapturederror', (event) => {
    fault ??= (event as Event & { readonly error: { readonly message: string } }).error.message
  })
  void device.lost.then(({ message }) => {
    fault = `the device was lost${message === '' ? '' : `: ${message}`}`
  })
  return { fault: () => fault }
}

/** Turns a device's silent fault into a failed run, so that nobody takes its zeros for an answer. */
export function failingLoudly(session: InferenceSession, device: DeviceWatch): InferenceSession {
  const check = (): void => {
    const fault = device.fault()
    if (fault !== null) throw new Error(`the GPU reported an error: ${fault}`)
  }
  return {
    ...session,
    run: async (feeds) => {
      check()
      const outputs = await session.run(feeds)
      check()
      return outputs
    },
  }
}
