import type { ClassId, DrawingStyle } from '../../domain/records'
import { styleMasks } from '../../domain/styleRules'
import type { GeneratedMask } from '../../ml/generators/generator'
import type { DrawingStyleView } from '../app'
import type { Workspace } from '../workspace'
import type { Answer, AnswerMemory } from './answers'
import { currentRecipe } from './recipe'

/** A generator's mask as the person would have drawn it; `style` null: as it was. */
export interface StyledMask {
  readonly made: GeneratedMask
  readonly style: DrawingStyle | null
}

/** What was learned for a class: how to draw the answers of one recipe. */
export interface LearnedStyle {
  readonly recipeKey: string
  readonly fromMasks: number
  readonly apply: (answer: Answer) => StyledMask
}

/** How generously this person draws each class, learned from accepted masks and applied to undecided ones. */
export interface DrawingStyles {
  /** Null for a class means: as the generator drew it. Never waits: a style that is not learned yet is applied later. */
  apply(classId: ClassId, answer: Answer): StyledMask
  /** A mask of this class was proposed: its style is learned now if that has not happened yet. */
  wake(classId: ClassId): void
  /** The switch was turned, or decisions changed: every class is looked at again. */
  wakeAll(): void
  view(classId: ClassId): DrawingStyleView
}

/** Decisions come in bursts (a page of the review grid): one learning for all of them. */
const LEARN_DELAY_MS = 250

export function createDrawingStyles(
  workspace: Workspace,
  memory: AnswerMemory,
  onLearned: () => void,
): DrawingStyles {
  const styles = new Map<ClassId, LearnedStyle | null>()
  /** Which masks and recipe the style of a class was learned from. */
  const signatures = new Map<ClassId, string>()
  /** Classes that had a proposal in this session: a project that is only looked at asks no model. */
  const awake = new Set<ClassId>()
  /** A recipe whose learning failed (no model, no pictures) is left alone until it has made a mask again. */
  let blockedRecipe: string | null = null
  let learnings = 0
  let isScheduled = false
  let isWorking = false
  let seenView: { key: string; view: DrawingStyleView } | null = null

  const isOn = (): boolean => workspace.open.get() !== null && workspace.settings().usesDrawingStyle

  const signatureOf = (classId: ClassId): string => {
    const masks = styleMasks(workspace.records(), classId)
    return `${isOn()} ${currentRecipe(workspace).key} ${masks.map((mask) => mask.id).join()}`
  }

  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    const project = workspace.open.get()
    setTimeout(() => {
      isScheduled = false
      if (project !== null && workspace.open.get() === project) void work()
    }, LEARN_DELAY_MS)
  }

  const work = async (): Promise<void> => {
    if (isWorking) return
    isWorking = true
    const project = workspace.open.get()
    try {
      for (const classId of awake) {
        // Learning takes a while, and a project may be closed in it.
        if (workspace.open.get() !== project) break
        if (isDue(classId)) await relearn(classId)
      }
    } finally {
      isWorking = false
    }
    // Decisions that were made while a style was being learned.
    if (workspace.open.get() !== null && [...awake].some(isDue)) schedule()
  }

  const isDue = (classId: ClassId): boolean =>
    !workspace.store().isReadOnly() &&
    workspace.records().get(classId) !== undefined &&
    currentRecipe(workspace).key !== blockedRecipe &&
    signatures.get(classId) !== signatureOf(classId)

  const relearn = async (classId: ClassId): Promise<void> => {
    const project = workspace.open.get()
    const recipe = currentRecipe(workspace)
    // Also after a cancel or a failure: the same masks are not tried again and again.
    signatures.set(classId, signatureOf(classId))
    const { learnStyle, redrawMasks } = await import('./redraw')
    if (workspace.open.get() !== project) return
    const outcome = await learnStyle(
      { workspace, memory },
      { classId, recipe, isOn: isOn(), former: styles.get(classId) ?? null },
    )
    if (workspace.open.get() !== project) return
    if (outcome.kind === 'failed') blockedRecipe = recipe.key
    if (outcome.kind !== 'done') return
    if (outcome.value === styles.get(classId)) return
    styles.set(classId, outcome.value)
    learnings++
    onLearned()
    await redrawMasks({ workspace, memory }, classId, outcome.value)
  }

  const wakeAll = (): void => {
    for (const { id } of workspace.records().ofType('class')) awake.add(id as ClassId)
    schedule()
  }

  const followProject = (): void => {
    styles.clear()
    signatures.clear()
    awake.clear()
    memory.clear()
    blockedRecipe = null
    workspace.open.get()?.store.subscribe(({ added, changed, removed }) => {
      if ([added, changed, removed].some((ids) => (ids.decision?.length ?? 0) > 0)) wakeAll()
    })
  }
  workspace.open.subscribe(followProject)
  followProject()

  return {
    apply: (classId, answer) => {
      const style = isOn() ? styles.get(classId) : null
      return style != null && style.recipeKey === answer.recipe.key
        ? style.apply(answer)
        : { made: answer.made, style: null }
    },
    wake: (classId) => {
      awake.add(classId)
      if (blockedRecipe === currentRecipe(workspace).key) blockedRecipe = null
      if (isDue(classId)) schedule()
    },
    view: (classId) => {
      const key = `${workspace.store().version()} ${learnings} ${classId}`
      if (seenView?.key !== key) {
        const masks = styleMasks(workspace.records(), classId).length
        const fromMasks = styles.has(classId)
          ? (styles.get(classId)?.fromMasks ?? null)
          : rememberedMasks(workspace, classId)
        seenView = { key, view: { isOn: isOn(), masks, fromMasks } }
      }
      return seenView.view
    },
    wakeAll,
  }
}

/** Before the first learning of a visit: how many masks taught the style that undecided masks were drawn with. */
function rememberedMasks(workspace: Workspace, classId: ClassId): number | null {
  const masks = workspace.records().ofType('mask')
  for (let i = masks.length - 1; i >= 0; i--) {
    const { classId: own, provenance } = masks[i]!
    if (own === classId && provenance.kind === 'generated' && provenance.style !== null)
      return provenance.style.fromMasks
  }
  return null
}
