import * as v from 'valibot'
import type { ImportIssue } from '../../core/issues'
import type { AnyRecord, RecordType } from '../records'
import { annotation, classDef, click, decision, image, imageLabel, mask, project } from './documentSchemas'
import { layer, run, settings, snapshot, tagRun, tagScore } from './ledgerSchemas'

const SCHEMAS: { readonly [T in RecordType]: v.GenericSchema<unknown, AnyRecord> } = {
  project,
  class: classDef,
  image,
  imageLabel,
  annotation,
  click,
  mask,
  decision,
  layer,
  run,
  tagRun,
  tagScore,
  snapshot,
  settings,
}

export type ValidatedRecord =
  | { readonly kind: 'valid'; readonly record: AnyRecord }
  | { readonly kind: 'invalid'; readonly issue: ImportIssue }

/** Checks one record at the edge of the application (load, import). Unknown fields are dropped, faulty records are returned as an issue that names record and field. */
export function validateRecord(value: unknown): ValidatedRecord {
  const type = (value as { readonly type?: unknown } | null)?.type
  const id = (value as { readonly id?: unknown } | null)?.id
  const name = typeof id === 'string' ? id : 'record without id'
  if (typeof type !== 'string' || !Object.hasOwn(SCHEMAS, type))
    return invalid(name, `unknown record type ${JSON.stringify(type)}`)
  const result = v.safeParse(SCHEMAS[type as RecordType], value, { abortEarly: true })
  if (result.success) return { kind: 'valid', record: result.output }
  const issue = result.issues[0]
  return invalid(name, `${v.getDotPath(issue) ?? 'record'}: ${issue.message}`)
}

function invalid(path: string, message: string): ValidatedRecord {
  return { kind: 'invalid', issue: { severity: 'error', path, message: `${path}: ${message}`, remedy: null } }
}
