import type { JobOptions } from '../../core/job'
import type { JsonObject } from '../../core/json'
import type { Rle } from '../../core/raster'
import type { ClassDef, ForeignFields, ImageRecord, PseudoMask } from '../../domain/records'
import { idOf } from '../../domain/records'
import type { ExportObject, ExportSource } from '../format'

/** A small project as an exporter sees it. */
export const quietJob: JobOptions = { signal: new AbortController().signal, onProgress: () => undefined }

export const image = (
  fileName: string,
  width: number,
  height: number,
  more: Partial<ImageRecord> = {},
): ImageRecord => ({
  id: idOf('image', fileName),
  type: 'image',
  fileName,
  width,
  height,
  pixels: '0'.repeat(64) as ImageRecord['pixels'],
  byteLength: 1,
  mimeType: 'image/png',
  status: 'doneDefects',
  split: null,
  addedAt: '2026-01-01T00:00:00.000Z',
  foreign: null,
  ...more,
})
export const classOf = (name: string, foreign: ForeignFields | null = null): ClassDef => ({
  id: idOf('class', name),
  type: 'class',
  name,
  color: '#ff0000',
  foreign,
})
export const maskObject = (className: string, rle: Rle, foreign: ForeignFields | null = null): ExportObject => ({
  kind: 'mask',
  classId: idOf('class', className),
  mask: { foreign } as PseudoMask,
  box: null,
  rle,
  attributes: {},
})
export const sourceOf = (
  entries: readonly { image: ImageRecord; objects: readonly ExportObject[] }[],
  classes: readonly ClassDef[] = [classOf('pit')],
  foreign: JsonObject = {},
): ExportSource => ({
  project: {
    id: idOf('project', 'p'),
    type: 'project',
    name: 'p',
    createdAt: '2026-01-01T00:00:00.000Z',
    classOrder: classes.map(({ id }) => id),
    foreign,
    isSample: false,
  },
  classes,
  images: entries.map((entry) => entry.image),
  leftOut: [],
  objectsOf: async (wanted) => entries.find((entry) => entry.image.id === wanted.id)!.objects,
})
