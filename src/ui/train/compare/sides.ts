import { ADDED_COLOR, REMOVED_COLOR } from '../../review/maskLayer'

/** The two runs: told apart by letter, colour, line and hatch, never by colour alone. */
export const SIDES = [
  { id: 'a', letter: 'A', color: REMOVED_COLOR, line: 'solid' },
  { id: 'b', letter: 'B', color: ADDED_COLOR, line: 'dashed' },
] as const
