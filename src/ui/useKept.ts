import { useState } from 'react'
import type { OpenedProject } from '../app/app'
import { useOpenProject } from './AppProvider'

const keptOf = new WeakMap<OpenedProject, Map<string, unknown>>()

/**
 * State that outlives its screen: kept as long as the project is open, never saved. For what a person typed into a form
 * and wants to find again after a look at another tab. One key, one type: name it after the file that uses it.
 */
export function useKept<T>(key: string, initial: () => T): [T, (value: T) => void] {
  const project = useOpenProject()
  const [value, setValue] = useState<T>(() => {
    const kept = keptOf.get(project)
    // What lies under a key was put there by the same line of code.
    return kept?.has(key) ? (kept.get(key) as T) : initial()
  })
  const keep = (next: T): void => {
    const kept = keptOf.get(project) ?? new Map<string, unknown>()
    keptOf.set(project, kept.set(key, next))
    setValue(next)
  }
  return [value, keep]
}
