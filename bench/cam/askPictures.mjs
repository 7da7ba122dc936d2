import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Debian's own Python: that is where python3-opencv puts OpenCV. */
const PYTHON = '/usr/bin/python3'

/** Has OpenCV write pictures: see bench/cam/pictures.py for the request. @param {Record<string, unknown>} request */
export function askPictures(request) {
  const script = path.join(ROOT, 'bench/cam/pictures.py')
  const run = spawnSync(PYTHON, [script], { input: JSON.stringify(request), encoding: 'utf8' })
  if (run.status !== 0)
    throw new Error(`${PYTHON} bench/cam/pictures.py failed (it needs python3-opencv): ${run.stderr}`)
}
