/** One thing a person can do: the keyboard, the buttons, the palette and the shortcut sheet all read this. */
export interface Command {
  /** Stable: the key of changed shortcuts, for example `tool.box`. */
  readonly id: string
  readonly label: string
  /** Heading in the shortcut sheet and the palette. */
  readonly group: string
  /** The first is shown in tooltips; see `shortcut.ts` for the notation. */
  readonly shortcuts: readonly string[]
  /** Asked at every press and whenever the palette opens; must be cheap. */
  readonly isEnabled: () => boolean
  readonly run: () => void
  /** True: holding the key runs it again and again (moving, stepping, undo). */
  readonly repeats?: boolean
  /** True: the shortcut also works while a text field has the focus. */
  readonly inTextFields?: boolean
}
