import type { JobOptions } from '../../core/job'
import { currentMaskOf } from '../../domain/live'
import type { AnnotationId, BoxAnnotation, ClassId, PseudoMask } from '../../domain/records'
import { isNoticeable, isStylable, STYLE_LEAST_MASKS, styleMasks } from '../../domain/styleRules'
import { patchFromRle } from '../../ml/raster/rle'
import { applyStyle, estimateStyle, type StyleExample } from '../../ml/style'
import type { JobOutcome } from '../jobs'
import type { Workspace } from '../workspace'
import type { Answer, AnswerMemory } from './answers'
import { askGenerator } from './ask'
import { boxOf, promptOf, samePrompt, type BoxPrompt } from './boxPrompt'
import type { LearnedStyle, StyledMask } from './drawingStyles'
import { maskRecord } from './maskRecord'
import { recipeOfMask, type Recipe } from './recipe'

/** The slow half of drawing styles, loaded when the first one is learned. */
interface Parts {
  readonly workspace: Workspace
  readonly memory: AnswerMemory
}

/**
 * Learns a class's style from its latest accepted masks: the generator draws their boxes once more (from memory where
 * it can), and what the person made of them tells the difference. Gives `former` back when the new style would hardly
 * draw anything else, null when there is nothing to apply.
 */
export async function learnStyle(
  { workspace, memory }: Parts,
  {
    classId,
    recipe,
    isOn,
    former,
  }: {
    readonly classId: ClassId
    readonly recipe: Recipe
    readonly isOn: boolean
    readonly former: LearnedStyle | null
  },
): Promise<JobOutcome<LearnedStyle | null>> {
  const masks = styleMasks(workspace.records(), classId)
  if (!isOn || masks.length < STYLE_LEAST_MASKS) return { kind: 'done', value: null }
  const title = `Learn how you draw ${className(workspace, classId)}`
  return workspace.jobs.run({ title, lane: 'batch' }, async (options) => {
    const examples: StyleExample[] = []
    const answers: Answer[] = []
    for (const [index, mask] of masks.entries()) {
      options.signal.throwIfAborted()
      options.onProgress({ done: index, total: masks.length, note: '' })
      const box = mask.annotationId === null ? null : boxOf(workspace, mask.annotationId)
      const prompt = box === null ? null : promptOf(workspace, box)
      if (box === null || prompt === null) continue
      // The box alone, so that the example is the same whether or not its clicks are still in memory.
      const question = { box, prompt: { ...prompt, clicks: [] }, recipe }
      const answer = await answerOf({ workspace, memory }, question, options)
      const rle = await workspace.pictures.rle(mask)
      answers.push(answer)
      examples.push({
        made: answer.made,
        boxPx: prompt.boxPx,
        mask: patchFromRle(rle, answer.made.boundsPx),
      })
    }
    const style = estimateStyle(examples)
    if (style === null) return null
    const apply = (answer: Answer): StyledMask => {
      const { made, drawn } = applyStyle(answer.made, style, answer.prompt.boxPx)
      return { made, style: drawn }
    }
    const isSame =
      former?.recipeKey === recipe.key &&
      former.fromMasks === style.fromMasks &&
      answers.every((answer) => !isNoticeable(former.apply(answer).style, apply(answer).style))
    return isSame ? former : { recipeKey: recipe.key, fromMasks: style.fromMasks, apply }
  })
}

/**
 * Draws the undecided masks of a class anew in a style, or without one (null): those that would look different get
 * another mask, the others stay. Cancel keeps what is done.
 */
export async function redrawMasks(
  { workspace, memory }: Parts,
  classId: ClassId,
  style: LearnedStyle | null,
): Promise<void> {
  const due = workspace
    .records()
    .ofType('annotation')
    .filter((box) => box.classId === classId && staleMask(workspace, box, style) !== null)
    .map((box) => box.id)
  if (due.length === 0) return
  const name = className(workspace, classId)
  const title = style === null ? `Draw ${name} as the generator does` : `Draw ${name} like you`
  await workspace.jobs.run({ title, lane: 'batch' }, async (options) => {
    for (const [index, id] of due.entries()) {
      options.signal.throwIfAborted()
      options.onProgress({ done: index, total: due.length, note: '' })
      await redrawOne({ workspace, memory }, id, style, options)
    }
  })
}

async function redrawOne(
  { workspace, memory }: Parts,
  id: AnnotationId,
  style: LearnedStyle | null,
  options: JobOptions,
): Promise<void> {
  const box = boxOf(workspace, id)
  const mask = box === null ? null : staleMask(workspace, box, style)
  const prompt = box === null ? null : promptOf(workspace, box)
  const recipe = mask === null ? null : recipeOfMask(mask.provenance, workspace)
  if (box === null || mask === null || prompt === null || recipe === null) return
  // An answer to clicks hangs on the answers before it: asked again without them it would be another mask.
  if (prompt.clicks.length > 0 && memory.find(id, recipe, prompt) === null) return
  const answer = await answerOf({ workspace, memory }, { box, prompt, recipe }, options)
  const drawn: StyledMask = style === null ? { made: answer.made, style: null } : style.apply(answer)
  if (!isNoticeable(drawn.style, styleOf(mask))) return
  const redrawn = await maskRecord(workspace, box, answer, {
    candidate: drawn.made,
    boundsPx: drawn.made.boundsPx,
    isFirst: true,
    style: drawn.style,
  })
  options.signal.throwIfAborted()
  const now = boxOf(workspace, id)
  const promptNow = now === null ? null : promptOf(workspace, now)
  if (now === null || promptNow === null || !samePrompt(prompt, promptNow)) return
  if (staleMask(workspace, now, style)?.id !== mask.id) return
  workspace.transact('Redraw mask', 'job', { put: [{ ...redrawn, classId: now.classId }] })
}

/** The box's mask if a style may change it: made by the style's recipe, or drawn in a style that is no more. */
function staleMask(workspace: Workspace, box: BoxAnnotation, style: LearnedStyle | null): PseudoMask | null {
  const records = workspace.records()
  const mask = currentMaskOf(records, box.id)
  if (mask === null || !isStylable(records, mask)) return null
  if (style === null) return styleOf(mask) === null ? null : mask
  return recipeOfMask(mask.provenance, workspace)?.key === style.recipeKey ? mask : null
}

function styleOf({ provenance }: PseudoMask) {
  return provenance.kind === 'generated' ? provenance.style : null
}

async function answerOf(
  { workspace, memory }: Parts,
  question: { readonly box: BoxAnnotation; readonly prompt: BoxPrompt; readonly recipe: Recipe },
  options: JobOptions,
): Promise<Answer> {
  const { box, prompt, recipe } = question
  return (
    memory.find(box.id, recipe, prompt) ??
    (await askGenerator(workspace, memory, question, 'batch', { ...options, onProgress: () => {} }))
  )
}

function className(workspace: Workspace, classId: ClassId): string {
  const record = workspace.records().get(classId)
  return record?.type === 'class' ? record.name : 'this class'
}
