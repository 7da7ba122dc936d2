import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SOURCES = path.join(ROOT, 'src/nn/kernels/assembly')
const CACHE = path.join(ROOT, 'node_modules/.cache/kernels')
const MODULE = 'virtual:kernel-modules'

/** Memory of a page with threads has to be declared as shared, with the limit that TensorFlow.js gives it. */
const SHARED = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads']
const RELAXED = ['--enable', 'relaxed-simd']
const VARIANTS = {
  plain: [],
  plainRelaxed: RELAXED,
  shared: SHARED,
  sharedRelaxed: [...SHARED, ...RELAXED],
} as const

/**
 * Compiles the kernels of `src/nn/kernels/assembly` with AssemblyScript and offers them as the module
 * `virtual:kernel-modules`: one export for each variant, base64. As text inside the script they need no request and no
 * rule of the content policy beyond `wasm-unsafe-eval`. Compiled once for each state of the sources.
 */
export function kernelsPlugin(): Plugin {
  return {
    name: 'training-kernels',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    async load(id) {
      if (id !== `\0${MODULE}`) return null
      const files = readdirSync(SOURCES)
        .toSorted()
        .map((name) => path.join(SOURCES, name))
      for (const file of files) this.addWatchFile(file)
      const key = createHash('sha256').update(JSON.stringify(VARIANTS))
      for (const file of files) key.update(file.slice(SOURCES.length)).update(readFileSync(file))
      const cached = path.join(CACHE, `${key.digest('hex').slice(0, 16)}.js`)
      try {
        return readFileSync(cached, 'utf8')
      } catch {
        const lines: string[] = []
        for (const [name, flags] of Object.entries(VARIANTS)) {
          lines.push(`export const ${name} = '${Buffer.from(await compile(flags)).toString('base64')}'`)
        }
        mkdirSync(CACHE, { recursive: true })
        writeFileSync(cached, lines.join('\n'))
        return lines.join('\n')
      }
    },
  }
}

async function compile(flags: readonly string[]): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc')
  let binary: Uint8Array | null = null
  const complaints: string[] = []
  const { error } = await asc.main(
    [
      'index.ts',
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--runtime',
      'stub',
      '--importMemory',
      '--noAssert',
      '--enable',
      'simd',
      ...flags,
    ],
    {
      readFile: (name) => {
        try {
          return readFileSync(path.join(SOURCES, name), 'utf8')
        } catch {
          return null // the compiler asks for files until it finds one
        }
      },
      writeFile: (name, contents) => {
        if (name === 'kernels.wasm') binary = contents as Uint8Array
      },
      listFiles: () => [],
      stderr: { write: (chunk) => complaints.push(String(chunk)) },
    },
  )
  if (error !== null) {
    throw new Error(`the training kernels do not compile: ${complaints.join('')}`, { cause: error })
  }
  if (binary === null) throw new Error('the compiler wrote no module')
  return binary
}
