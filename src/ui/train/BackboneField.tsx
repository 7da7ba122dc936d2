import { ActionIcon, NativeSelect, Tooltip } from '@mantine/core'
import { Settings2 } from 'lucide-react'
import { useId } from 'react'
import type { ModelEntry, StudentDescriptor } from '../../app/app'
import { useScreen } from '../AppProvider'
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
  const id = useId()
  const fitting = fittingBackbones(models, student)
  const options = fitting.map((model) => ({ value: model.id, label: backboneLabel(model) }))
  if (!fitting.some((model) => model.id === backboneId)) {
    // Until the list is read, nothing is known to be missing.
    const title = backboneId === 'embedded' ? EMBEDDED_LABEL : backboneId
    options.unshift({
      value: backboneId,
      label: models.length === 0 ? title : `${title} (not on this computer)`,
    })
  }
  const choose = (chosen: string): void => {
    onChoose(chosen)
    const model = fitting.find((each) => each.id === chosen)
    if (model !== undefined && !isUsable(model)) screen.modelsOpen.set(true)
  }
  return (
    <div className="backbone-field">
      <label htmlFor={id}>Backbone</label>
      <Tooltip label="Manage models …">
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label="Manage models …"
          onClick={() => screen.modelsOpen.set(true)}
        >
          <Settings2 size={14} />
        </ActionIcon>
      </Tooltip>
      <NativeSelect
        id={id}
        disabled={disabled}
        value={backboneId}
        title={options.find(({ value }) => value === backboneId)?.label}
        data={options}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    </div>
  )
}
