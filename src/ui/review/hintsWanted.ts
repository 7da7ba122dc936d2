const PLACE = 'maskwright.reviewHints'

/** Whether the line of keys is shown: until it was dismissed once in this browser. */
export function areHintsWanted(): boolean {
  return place()?.getItem(PLACE) !== 'off'
}

export function keepHintsWanted(wanted: boolean): void {
  place()?.setItem(PLACE, wanted ? 'on' : 'off')
}

/** Null where the browser blocks storage: the line then comes back with every visit. */
function place(): Storage | null {
  try {
    return window.localStorage
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}
