import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { transformWithOxc } from 'vite'
import { expect, test } from 'vitest'
import { kernelModule, type Kernels } from './kernelModule'
import { createKernelTeam } from './kernelThreads'

// Addresses of one launch, bytes: control, arguments, x, dy, sums, scratch of both threads.
const [CONTROL, ARGUMENTS, X, DY, SUMS, SCRATCH] = [1024, 2048, 65536, 655360, 1310720, 1966080]
const [PIXELS, CHANNELS, OUTPUTS, BLOCK, PADDED] = [2048, 16, 6, 64, 8]
const SCRATCH_FLOATS = 64 * PADDED

test('two threads share the tasks of thousands of launches and give the sums of one', async () => {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true })
  const module = kernelModule(true)!
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
  const floats = new Float32Array(memory.buffer)
  for (let i = 0; i < PIXELS * CHANNELS; i++) floats[X / 4 + i] = Math.sin(i)
  for (let i = 0; i < PIXELS * OUTPUTS; i++) floats[DY / 4 + i] = Math.cos(3 * i)
  const words = [X, DY, SUMS, SCRATCH, PIXELS, CHANNELS, OUTPUTS, BLOCK]
  new Int32Array(memory.buffer).set(words, ARGUMENTS / 4)
  const tasks = PIXELS / BLOCK
  const sums = floats.subarray(SUMS / 4, SUMS / 4 + tasks * CHANNELS * PADDED)
  for (let task = 0; task < tasks; task++) kernels.pointwiseWeightSums(task, 0, ARGUMENTS)
  const alone = sums.slice()

  // The further thread runs the product's own file; node takes no TypeScript, so it is compiled for it.
  const source = readFileSync(new URL('./kernelThreads.ts', import.meta.url), 'utf8')
  const { code } = await transformWithOxc(source, 'kernelThreads.ts')
  const start = `import { workerData } from 'node:worker_threads'\n${code}\nserveKernelTasks(workerData)`
  const helper = new Worker(new URL(`data:text/javascript,${encodeURIComponent(start)}`), {
    workerData: { module, memory, controlAt: CONTROL, thread: 1 },
  })
  try {
    const team = createKernelTeam(module, memory, CONTROL, { ...kernels })
    const helped = floats.subarray(SCRATCH / 4 + SCRATCH_FLOATS, SCRATCH / 4 + 2 * SCRATCH_FLOATS)
    let launches = 0
    // Until the other thread has begun and written to its own scratch, and long after.
    for (let after = 0; after < 2000; launches++) {
      sums.fill(0)
      team.run('pointwiseWeightSums', tasks, ARGUMENTS)
      if (Buffer.compare(Buffer.from(sums.buffer, SUMS, sums.byteLength), bytesOf(alone)) !== 0) {
        throw new Error(`launch ${launches} differs`)
      }
      if (helped.some((value) => value !== 0)) after++
      else await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(launches).toBeGreaterThanOrEqual(2000)
  } finally {
    await helper.terminate()
  }
})

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
