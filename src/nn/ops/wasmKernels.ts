import { tf } from '../tf'

/** The part of the wasm backend that kernels use. It is public there, but the package exports no type of a kernel's view. */
interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo
  /** The tensor's own memory, not a copy. Valid until the next allocation. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array
  incRef(dataId: object): void
}

/**
 * Replaces three kernels of the wasm backend (4.22). Its `Slice` copies the whole source tensor out of the heap before it
 * takes a part, and `Unpack` does that once for each part; its `Identity` copies where a reference does. In a training
 * step of the student `light` that was a third of the time. Call once, after the backend is registered; on other
 * backends nothing changes.
 */
export function repairWasmKernels(): void {
  replaceKernel('Slice', ({ inputs, attrs, backend }) => {
    const { begin, size } = attrs as unknown as { begin: number | number[]; size: number | number[] }
    const [from, extent] = tf.slice_util.parseSliceParams(inputs['x'] as tf.Tensor, begin, size)
    return slicePart(inputs['x']!, from!, extent!, backend)
  })
  replaceKernel('Unpack', ({ inputs, attrs, backend }) => {
    const value = inputs['value']!
    const rank = value.shape.length
    const axis = ((attrs as unknown as { axis: number }).axis + rank) % rank
    const extent = value.shape.map((side, i) => (i === axis ? 1 : side))
    const shape = value.shape.filter((_, i) => i !== axis)
    return Array.from({ length: value.shape[axis]! }, (_, at) => {
      const from = value.shape.map((_side, i) => (i === axis ? at : 0))
      return { ...slicePart(value, from, extent, backend), shape }
    })
  })
  replaceKernel('Identity', ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs['x']!
    backend.incRef(dataId)
    return { dataId, shape, dtype }
  })
}

type Kernel = (args: {
  readonly inputs: { readonly [name: string]: tf.TensorInfo }
  readonly attrs: object
  readonly backend: WasmBackend
}) => tf.TensorInfo | tf.TensorInfo[]

function replaceKernel(kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, 'wasm') === undefined) return
  tf.unregisterKernel(kernelName, 'wasm')
  // Kernels of all backends share one loose type; this is the place that knows which backend calls.
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernel as unknown as tf.KernelFunc })
}

/** The block that starts at `from` with the shape `extent`, copied run by run. */
function slicePart(
  x: tf.TensorInfo,
  from: readonly number[],
  extent: readonly number[],
  backend: WasmBackend,
): tf.TensorInfo {
  const out = backend.makeOutput(extent, x.dtype)
  // After the allocation: it may move the heap.
  const source = backend.typedArrayFromHeap(x)
  const target = backend.typedArrayFromHeap(out)
  // Trailing axes that are taken whole make one run.
  let runAxis = x.shape.length - 1
  while (runAxis > 0 && extent[runAxis] === x.shape[runAxis]) runAxis--
  const strides = x.shape.map((_, axis) => x.shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const run = extent.slice(Math.max(0, runAxis)).reduce((a, b) => a * b, 1)
  const outer = extent.slice(0, Math.max(0, runAxis))
  const runs = outer.reduce((a, b) => a * b, 1)
  const first = from.reduce((sum, at, axis) => sum + at * strides[axis]!, 0)
  for (let r = 0; r < runs; r++) {
    let offset = first
    for (let axis = outer.length - 1, rest = r; axis >= 0; axis--) {
      offset += (rest % outer[axis]!) * strides[axis]!
      rest = Math.floor(rest / outer[axis]!)
    }
    target.set(source.subarray(offset, offset + run), r * run)
  }
  return out
}
