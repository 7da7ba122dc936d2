import type { ModelEntry, StudentDescriptor } from '../../app/app'

/** Models that give what a student takes, in the order of the list. */
export function fittingBackbones(
  models: readonly ModelEntry[],
  student: StudentDescriptor,
): readonly ModelEntry[] {
  return models.filter(({ features }) => features !== null && student.backbones.includes(features))
}

/**
 * The backbone that a run of this student would take: the chosen one; when that does not fit, the first that is here,
 * else the first that could be. An id that is not listed stays: the list may not be read yet, or it was deleted.
 */
export function backboneFor(
  models: readonly ModelEntry[],
  student: StudentDescriptor,
  chosenId: string,
): string {
  const fitting = fittingBackbones(models, student)
  const isKnown = models.some(({ id }) => id === chosenId)
  if (!isKnown || fitting.some(({ id }) => id === chosenId)) return chosenId
  return (fitting.find(isUsable) ?? fitting[0])?.id ?? chosenId
}

/** "Embedded (basic)", "DINOv2 ViT-S/14", "DINOv2 ViT-S/14 (download in Models …)". */
export function backboneLabel(model: ModelEntry): string {
  if (model.source === 'embedded') return `${model.title} (basic)`
  if (model.obstacle !== null) return `${model.title} (cannot run here)`
  switch (model.state) {
    case 'ready':
      return model.title
    case 'damaged':
      return `${model.title} (damaged, see Models …)`
    case 'absent':
    case 'partial':
      return `${model.title} (${model.origin === null ? 'add' : 'download'} in Models …)`
  }
}

/** Why a run with this backbone cannot start; null when it can, as far as known. */
export function backboneBlocker(
  models: readonly ModelEntry[],
  student: StudentDescriptor,
  backboneId: string,
): string | null {
  if (student.backbones.length === 0 || models.length === 0) return null
  const model = models.find(({ id }) => id === backboneId)
  if (model === undefined)
    return `The backbone "${backboneId}" is not on this computer. Add its file in Models, or choose another.`
  if (model.obstacle !== null) return `${model.title} cannot run here: ${model.obstacle}`
  if (!fittingBackbones(models, student).includes(model))
    return `${student.title} takes no features of ${model.title}: choose another backbone.`
  if (isUsable(model)) return null
  if (model.state === 'damaged') return `${model.title} is damaged. Repair or delete it in Models.`
  const how = model.origin === null ? 'Add its file' : 'Download it'
  return `${model.title} is not on this computer. ${how} in Models, or choose another backbone.`
}

export function isUsable({ state, obstacle }: ModelEntry): boolean {
  return state === 'ready' && obstacle === null
}
