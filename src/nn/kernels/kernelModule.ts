import { plain, plainRelaxed, shared, sharedRelaxed } from 'virtual:kernel-modules'

/** One task of a kernel; `thread` chooses its part of the scratch. */
type Kernel = (task: number, thread: number, argumentsAt: number) => void

/** What `assembly/index.ts` exports. */
export interface Kernels {
  readonly foldPixels: Kernel
  readonly standardise: Kernel
  readonly channelSums: Kernel
  readonly normApply: Kernel
  readonly normGradientApply: Kernel
  readonly normGradientStatistics: Kernel
  readonly normGradientSums: Kernel
  readonly normStatistics: Kernel
  readonly packPanels: Kernel
  readonly pointwise: Kernel
  readonly pointwiseWeightSums: Kernel
  readonly sumParts: Kernel
  readonly lossGradient: Kernel
  readonly lossSums: Kernel
  readonly adamWStep: Kernel
  readonly sumOfSquares: Kernel
  readonly resizeAdjoint: Kernel
  readonly resizeRow: Kernel
  readonly winogradForward: Kernel
  readonly winogradWeightGradient: Kernel
  readonly winogradWeights: Kernel
  readonly winogradWeightSums: Kernel
  lossScratchFloats(planes: number, width: number, targetWidth: number): number
  winogradScratchFloats(inputs: number, outputs: number): number
}

export type KernelName = Exclude<keyof Kernels, 'winogradScratchFloats' | 'lossScratchFloats'>

const compiled = new Map<boolean, WebAssembly.Module | null>()

/** The kernels for this engine: with relaxed SIMD, with SIMD, or null where there is none. */
export function kernelModule(isShared: boolean): WebAssembly.Module | null {
  const known = compiled.get(isShared)
  if (known !== undefined) return known
  const candidates = isShared ? [sharedRelaxed, shared] : [plainRelaxed, plain]
  const bytes = candidates.map(bytesOf).find((code) => WebAssembly.validate(code))
  const module = bytes === undefined ? null : new WebAssembly.Module(bytes)
  compiled.set(isShared, module)
  return module
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}
