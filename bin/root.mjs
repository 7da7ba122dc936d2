import { fileURLToPath } from 'node:url'

/** The folder of the project, whatever folder a command is called from. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))
