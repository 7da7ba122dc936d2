const NAMES: Readonly<Record<string, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript (slow)',
}

/** Where the training computes, as a person reads it. */
export function backendName(backend: string): string {
  return NAMES[backend] ?? backend
}
