import { AppError } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import type { ClassDef, ImageRecord } from '../../domain/records'
import type { ExportedFile, ExportReport, ExportSource } from '../format'
import { decodeGreyPng, encodeGreyPng } from '../png'
import { isSafePath, readZip } from '../zip/readZip'
import { createZipWriter } from '../zip/writeZip'
import { contradictingPixels } from './checkLabelMap'
import { labelMapOf } from './labelMapOf'

const README = `Class maps of a Maskwright project, one PNG for each image.

Each PNG has the size of its image and one grey value a pixel:
  0       background
  1 .. n  the classes of classes.json
  255     ignore: nobody knows, leave out of training, metrics and statistics

Read them without colour management (for example with Pillow, mode "L").
Where masks overlap, the smaller one is on top. Overlaps are complete only in the COCO file.
`

/** Writes one ZIP with a class map for each image; every pixel is read back and compared before it is handed out. */
export async function writeMaskPng(
  source: ExportSource,
  { signal, onProgress }: JobOptions,
): Promise<{ readonly files: readonly ExportedFile[]; readonly report: ExportReport }> {
  if (source.images.length === 0) {
    throw new AppError('export/nothing-to-export', 'no image is done or confirmed clean yet')
  }
  if (source.classes.length > 254) {
    throw new AppError('export/nothing-to-export', 'a class map holds at most 254 classes')
  }
  const zip = createZipWriter()
  const text = new TextEncoder()
  zip.add('README.txt', text.encode(README), false)
  zip.add('classes.json', text.encode(classList(source.classes)), false)
  for (const [i, image] of source.images.entries()) {
    signal.throwIfAborted()
    onProgress({ done: i, total: source.images.length, note: image.fileName })
    const map = labelMapOf(image, await source.objectsOf(image), source.classes)
    zip.add(pathOf(image, i), encodeGreyPng(map), true)
  }
  const bytes = zip.finish()
  const counts = await checkArchive(bytes, source)
  return {
    files: [{ path: 'masks.zip', bytes }],
    report: {
      files: [{ path: 'masks.zip', byteLength: bytes.length }],
      imageCount: source.images.length,
      ...counts,
      cleanCount: source.images.filter(({ status }) => status === 'confirmedClean').length,
      leftOutCount: source.leftOut.length,
      warnings: [],
    },
  }
}

function classList(classes: readonly ClassDef[]): string {
  const values = classes.map(({ name, color }, i) => ({ value: i + 1, name, color }))
  return `${JSON.stringify({ background: 0, ignore: 255, classes: values }, null, 2)}\n`
}

/** The image's own name with `.png` behind it, so that `a.jpg` and `a.bmp` stay two; odd names get a number. */
function pathOf({ fileName }: ImageRecord, index: number): string {
  return isSafePath(fileName) ? `masks/${fileName}.png` : `masks/image-${index + 1}.png`
}

/** Opens our own archive and holds every pixel against the project. */
async function checkArchive(
  bytes: Uint8Array,
  source: ExportSource,
): Promise<{ maskCount: number; boxOnlyCount: number; differingPixels: number }> {
  const entries = readZip(bytes, { maxEntries: source.images.length + 2, maxUnpackedBytes: 4 * 1024 ** 3 })
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  const found = { maskCount: 0, boxOnlyCount: 0, differingPixels: 0 }
  for (const [i, image] of source.images.entries()) {
    const entry = byName.get(pathOf(image, i))
    if (entry === undefined) throw failed(image, 'its class map is missing')
    const map = decodeGreyPng(entry.read())
    if (map.width !== image.width || map.height !== image.height) throw failed(image, 'the size differs')
    const objects = await source.objectsOf(image)
    const wrong = contradictingPixels(map, objects, source.classes)
    if (wrong > 0) throw failed(image, `${wrong} pixels differ`)
    found.differingPixels += wrong
    found.maskCount += objects.filter(({ kind }) => kind === 'mask').length
    found.boxOnlyCount += objects.filter(({ kind }) => kind === 'boxOnly').length
  }
  return found
}

function failed({ fileName }: ImageRecord, reason: string): AppError {
  return new AppError('export/self-check-failed', `${fileName}: ${reason}`)
}
