import { clipBox, type Box } from '../../core/geometry'
import { clickOf } from '../../domain/clickRules'
import type { AnnotationId, BoxAnnotation } from '../../domain/records'
import type { Click } from '../../ml/generators/generator'
import type { Workspace } from '../workspace'

/** What a generator is asked about a box, in image pixels. */
export interface BoxPrompt {
  /** Cut at the image. */
  readonly boxPx: Box
  /** In the order they were made. */
  readonly clicks: readonly Click[]
}

export function boxOf(workspace: Workspace, id: AnnotationId): BoxAnnotation | null {
  const record = workspace.records().get(id)
  return record?.type === 'annotation' ? record : null
}

/** The box and its clicks as they are now; null when the box lies outside its image. */
export function promptOf(workspace: Workspace, box: BoxAnnotation): BoxPrompt | null {
  const boxPx = clipBox(box.boxPx, workspace.image(box.imageId))
  return boxPx === null ? null : { boxPx, clicks: workspace.records().clicksOf(box.id).map(clickOf) }
}

export function samePrompt(a: BoxPrompt, b: BoxPrompt): boolean {
  return promptKey(a) === promptKey(b)
}

/** Equal for equal prompts. */
export function promptKey({ boxPx: { x, y, width, height }, clicks }: BoxPrompt): string {
  const points = clicks.map(({ pointPx, isPositive }) => [pointPx.x, pointPx.y, isPositive ? 1 : 0])
  return JSON.stringify([x, y, width, height, points])
}
