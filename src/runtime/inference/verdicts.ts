import type { CacheFolder } from './cacheFolder'

/** What was found out about a model on a way of running it. */
export interface Verdict {
  readonly isTrusted: boolean
  /** In words, for the status. */
  readonly note: string
  /** What the encoder made of the canary's picture, in short: an encoder that says it again ignores its input. */
  readonly mark: string | null
}

/** Another runtime, another GPU or other weights make another key. */
export interface VerdictKey {
  readonly modelHash: string
  readonly placement: 'wasm' | 'webgpu' | 'split'
  readonly ortVersion: string
  /** Description of the GPU; null when none is used. */
  readonly adapter: string | null
}

/** Small JSON notes by name. What cannot be read is not known; what cannot be written is found out again. */
export interface Notes {
  read(name: string): Promise<unknown>
  write(name: string, value: unknown): Promise<void>
  clear(): Promise<void>
}

export function createNotes(folder: CacheFolder): Notes {
  return {
    read: async (name) => {
      const bytes = await folder.read(`${name}.json`)
      if (bytes === null) return null
      try {
        return JSON.parse(new TextDecoder().decode(bytes)) as unknown
      } catch {
        return null // a file that a closing browser left damaged
      }
    },
    write: async (name, value) => {
      await folder.write(`${name}.json`, new TextEncoder().encode(JSON.stringify(value)))
    },
    clear: async () => {
      for (const { name } of await folder.list()) await folder.remove(name)
    },
  }
}

export async function readVerdict(notes: Notes, key: VerdictKey): Promise<Verdict | null> {
  const found = (await notes.read(fileNameOf(key))) as { key?: string; verdict?: Partial<Verdict> } | null
  // File names are cut short; the note itself has the whole key.
  if (found?.key !== keyText(key)) return null
  const { isTrusted, note, mark } = found.verdict ?? {}
  if (typeof isTrusted !== 'boolean' || typeof note !== 'string') return null
  return { isTrusted, note, mark: typeof mark === 'string' ? mark : null }
}

export async function writeVerdict(notes: Notes, key: VerdictKey, verdict: Verdict): Promise<void> {
  await notes.write(fileNameOf(key), { key: keyText(key), verdict })
}

function keyText({ modelHash, placement, ortVersion, adapter }: VerdictKey): string {
  return [modelHash, placement, ortVersion, adapter ?? ''].join(' ')
}

function fileNameOf({ modelHash, placement, ortVersion, adapter }: VerdictKey): string {
  const rest = `${ortVersion}-${adapter ?? 'none'}`.replaceAll(/[^\w.-]+/g, '_').slice(0, 80)
  return `verdict-${modelHash.slice(0, 16)}-${placement}-${rest}`
}
