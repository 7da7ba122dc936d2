import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const ORACLE = path.join(ROOT, 'bench/oracles/pictures.py')
/** Debian's own Python: that is where python3-opencv puts OpenCV. */
const PYTHON = '/usr/bin/python3'
const MAXIMAL_ANSWER_BYTES = 64 * 1024 * 1024

/**
 * Decodes the pictures of some boxes and runs GrabCut in each box, all in OpenCV.
 *
 * @param {string} imageFolder
 * @param {readonly { id: number, file_name: string }[]} images
 * @param {readonly { id: number, image_id: number, bbox: number[] }[]} boxes
 * @param {string} work a folder for the raw pixels
 */
export function readPictures(imageFolder, images, boxes, work) {
  const request = {
    out: work,
    pictures: images.map((image) => ({
      id: image.id,
      file: path.join(imageFolder, image.file_name),
      boxes: boxes.filter((box) => box.image_id === image.id).map(({ id, bbox }) => ({ id, bbox })),
    })),
  }
  const run = spawnSync(PYTHON, [ORACLE], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: MAXIMAL_ANSWER_BYTES,
  })
  if (run.status !== 0)
    throw new Error(`${PYTHON} bench/oracles/pictures.py failed (it needs python3-opencv): ${run.stderr}`)
  const { version, pictures, windows } = JSON.parse(run.stdout)
  return {
    openCv: version,
    /** 8-bit RGBA, as the app decodes pictures. */
    picture(image) {
      const [width, height] = pictures[image.id]
      const bytes = readFileSync(path.join(work, `${image.id}.rgba`))
      // Exactly the bytes of the file, in a buffer of their own.
      const data = new Uint8ClampedArray(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      )
      return { width, height, data }
    },
    grabCut(box) {
      const [x, y, width, height] = windows[box.id]
      const data = new Uint8Array(readFileSync(path.join(work, `${box.id}.mask`)))
      return { boundsPx: { x, y, width, height }, mask: { width, height, data } }
    },
  }
}
