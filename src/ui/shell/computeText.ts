import type { Capabilities } from '../../app/app'

/** What this browser computes with, in a few words, and the whole story for the tooltip. */
export function computeText(capabilities: Capabilities | null): { text: string; title: string } {
  if (capabilities === null) return { text: '…', title: 'Looking at what this browser can do' }
  const { webgpu, wasmThreads, isCrossOriginIsolated } = capabilities
  const gpu =
    webgpu.kind === 'hardware' ? 'WebGPU' : webgpu.kind === 'software' ? 'Software GPU' : 'No WebGPU'
  const threads = `${wasmThreads} ${wasmThreads === 1 ? 'thread' : 'threads'}`
  const why =
    webgpu.kind === 'hardware'
      ? webgpu.description
      : 'Without a graphics card the slower path is used: every tool works, training takes longer.'
  const isolation = isCrossOriginIsolated
    ? ''
    : ' The page is not isolated, so WebAssembly runs on one thread: reload once, or see the hosting notes.'
  return { text: `${gpu} · ${threads}`, title: `${why}${isolation}` }
}
