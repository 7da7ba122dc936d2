import { execFile } from 'node:child_process'
import path from 'node:path'

const COMMAND = path.resolve('bin/maskwright.mjs')

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the batch command as a person would. */
export function maskwright(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...words], { timeout: 600_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
  })
}
