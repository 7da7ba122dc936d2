import { validateRecord } from '../domain/validate'
import type { RecordCheck } from './projectStore'

/** Validation at the edge: what a stored log or a project file brings in. */
export const checkRecord: RecordCheck = (value) => {
  const result = validateRecord(value)
  return result.kind === 'valid' ? result : { kind: 'invalid', message: result.issue.message }
}
