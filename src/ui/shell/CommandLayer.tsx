import { lazy, Suspense } from 'react'
import { useObservable, useScreen } from '../AppProvider'
import { useCommands } from '../commands/useCommands'
import { useKeyboard } from '../commands/useKeyboard'

const CommandPalette = lazy(() =>
  import('./CommandPalette').then((module) => ({ default: module.CommandPalette })),
)
const ShortcutSheet = lazy(() =>
  import('./ShortcutSheet').then((module) => ({ default: module.ShortcutSheet })),
)

/** The keyboard, the palette and the sheet of keys. Loaded right after the first paint, which needs no key. */
export function CommandLayer() {
  const screen = useScreen()
  const commands = useCommands()
  const isPaletteOpen = useObservable(screen.paletteOpen)
  const isSheetOpen = useObservable(screen.sheetOpen)
  useKeyboard(commands)
  return (
    <Suspense>
      {isPaletteOpen && <CommandPalette commands={commands} />}
      {isSheetOpen && <ShortcutSheet commands={commands} />}
    </Suspense>
  )
}
