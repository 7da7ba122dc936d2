import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { installOwnKernels } from '../kernels/ownKernels'
import { repairWasmKernels } from '../ops/wasmKernels'
import { tf } from '../tf'

/** Tests only: makes `cpu` or `wasm` (the file of the installed package, one thread) the backend under node. */
export async function startBackend(name: 'cpu' | 'wasm'): Promise<void> {
  if (name === 'wasm') {
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
    setWasmPaths(join(dirname(entry), 'dist') + '/')
    repairWasmKernels()
    installOwnKernels()
  }
  await tf.setBackend(name)
  await tf.ready()
  if (tf.getBackend() !== name) throw new Error(`the backend ${name} did not start`)
}
