import { tf } from '../tf'
import { kernelModule } from './kernelModule'
import { kernelRunner, type KernelRunner } from './kernelRunner'

let isInstalled = false

/** Switches the own kernels on. Call once, beside `repairWasmKernels`; on backends other than wasm nothing changes. */
export function installOwnKernels(): void {
  isInstalled = kernelModule(false) !== null
}

/** Whether operations take the own kernels now: installed, and the backend is wasm. */
export function hasOwnKernels(): boolean {
  return isInstalled && tf.getBackend() === 'wasm'
}

/** What an own operation computes from the tensors it is given. */
type Compute<A> = (
  runner: KernelRunner,
  inputs: readonly tf.TensorInfo[],
  attributes: A,
) => tf.TensorInfo | tf.TensorInfo[]

/**
 * An operation of its own on the wasm backend, registered with TensorFlow.js so that tensors are counted, timed and
 * tidied as those of any other. It has no gradient: use it inside `differentiable`.
 */
export function defineOwnKernel<A extends object>(
  kernelName: string,
  compute: Compute<A>,
): (inputs: readonly tf.Tensor[], attributes: A) => tf.Tensor[] {
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      compute(kernelRunner(), Object.values(inputs) as tf.TensorInfo[], attrs as unknown as A),
  })
  return (inputs, attributes) => {
    const named = Object.fromEntries(inputs.map((tensor, i) => [`input${i}`, tensor]))
    const outputs: tf.Tensor | tf.Tensor[] = tf
      .engine()
      .runKernel(kernelName, named, attributes as unknown as tf.NamedAttrMap)
    return Array.isArray(outputs) ? outputs : [outputs]
  }
}
