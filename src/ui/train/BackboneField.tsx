import type { ModelEntry, StudentDescriptor } from '../../app/app'
import { useScreen } from '../AppProvider'
import { ModelSelect } from '../models/ModelSelect'
import { backboneLabel, fittingBackbones, isUsable } from './backboneChoice'

const EMBEDDED_LABEL = 'Embedded (basic)'

/** Whose features the student sees. Choosing one that is not here opens the place where it can be had. */
export function BackboneField({
  models,
  student,
  backboneId,
  disabled,
  onChoose,
}: {
  models: readonly ModelEntry[]
  student: StudentDescriptor
  backboneId: string
  disabled: boolean
  onChoose: (id: string) => void
}) {
  const screen = useScreen()
  const fitting = fittingBackbones(models, student)
  const choose = (chosen: string): void => {
    onChoose(chosen)
    const model = fitting.find((each) => each.id === chosen)
    if (model !== undefined && !isUsable(model)) screen.modelsOpen.set(true)
  }
  return (
    <ModelSelect
      label="Backbone"
      layout="stacked"
      options={fitting.map((model) => ({ value: model.id, label: backboneLabel(model) }))}
      chosen={{ value: backboneId, label: backboneId === 'embedded' ? EMBEDDED_LABEL : backboneId }}
      isListRead={models.length > 0}
      disabled={disabled}
      onChoose={choose}
    />
  )
}
