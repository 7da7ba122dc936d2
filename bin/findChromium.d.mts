/** See findChromium.mjs. */
export function findChromium(): string | undefined
export function ensureChromium(say: (text: string) => void): boolean
