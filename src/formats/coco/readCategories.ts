import type { Json } from '../../core/json'
import type { ImportedDataset } from '../format'
import { foreignFields, isJsonObject } from '../json/foreignFields'
import type { IssueLog } from './issueLog'
import { shown } from '../json/shown'
import { readId } from './readId'

type ImportedCategory = ImportedDataset['categories'][number]

/** Reads `categories`: any whole ids, sparse or from 0. An id with two names is ambiguous: its annotations wait. */
export function readCategories(
  entries: readonly Json[],
  log: IssueLog,
): { categories: ImportedCategory[]; ambiguous: Set<string> } {
  const byId = new Map<string, ImportedCategory>()
  const ambiguous = new Set<string>()
  const byName = new Map<string, string>()
  for (const [i, entry] of entries.entries()) {
    const path = `categories[${i}]`
    const category = readCategory(entry, path, log)
    if (category === null) continue
    const same = byId.get(category.externalId)
    if (same !== undefined) {
      if (same.name === category.name) log.warn(path, `category ${category.externalId} is listed twice`)
      else {
        ambiguous.add(category.externalId)
        log.error(
          `${path}.id`,
          `the id ${category.externalId} belongs to "${same.name}" and to "${category.name}"`,
          'Give each category its own id.',
        )
      }
      continue
    }
    const twin = byName.get(category.name)
    if (twin !== undefined) {
      log.warn(
        `${path}.name`,
        `"${category.name}" is the name of the categories ${twin} and ${category.externalId}`,
        'Say in the preview whether they are one class.',
      )
    } else byName.set(category.name, category.externalId)
    byId.set(category.externalId, category)
  }
  return { categories: [...byId.values()], ambiguous }
}

function readCategory(entry: Json, path: string, log: IssueLog): ImportedCategory | null {
  if (!isJsonObject(entry)) {
    log.error(path, 'this entry is not an object')
    return null
  }
  const externalId = readId(entry.id)
  if (externalId === null) {
    log.error(`${path}.id`, `the id is ${shown(entry.id)}, not a whole number`)
    return null
  }
  const name = typeof entry.name === 'string' && entry.name.trim() !== '' ? entry.name : null
  if (name === null) log.warn(`${path}.name`, `the category has no name; called "category ${externalId}"`)
  return {
    externalId,
    name: name ?? `category ${externalId}`,
    extra: foreignFields(entry, ['id', 'name']),
  }
}
