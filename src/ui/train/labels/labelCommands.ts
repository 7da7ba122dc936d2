import type { Command } from '../../commands/command'

/** What the palette offers while the Train screen learns from labels. */
export function labelCommands(context: {
  readonly canGenerate: () => boolean
  readonly generate: () => void
}): readonly Command[] {
  return [
    {
      id: 'labels.generate',
      label: 'Generate masks from labels',
      group: 'Train',
      shortcuts: ['g'],
      isEnabled: context.canGenerate,
      run: context.generate,
    },
  ]
}
