import { classCommands } from './classCommands'
import type { Command } from './command'
import type { CommandContext } from './commandContext'
import { helpCommands } from './helpCommands'
import { imageCommands } from './imageCommands'
import { objectCommands } from './objectCommands'
import { projectCommands } from './projectCommands'
import { smartCommands } from './smartCommands'
import { toolCommands } from './toolCommands'
import { viewCommands } from './viewCommands'

/**
 * Every command of the application. Where two share a key the earlier one that is enabled runs: arrows move a
 * selected box, and step through the images when nothing is selected; brackets choose a candidate while the smart tool
 * is in hand, and the size of the brush otherwise.
 */
export function appCommands(context: CommandContext): readonly Command[] {
  return [
    ...smartCommands(context),
    ...toolCommands(context),
    ...objectCommands(context),
    ...classCommands(context),
    ...imageCommands(context),
    ...viewCommands(context),
    ...projectCommands(context),
    ...helpCommands(context),
  ]
}
