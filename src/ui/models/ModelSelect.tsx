import { ActionIcon, NativeSelect, Tooltip } from '@mantine/core'
import { Settings2 } from 'lucide-react'
import { useId } from 'react'
import { useScreen } from '../AppProvider'
import './modelSelect.css'

interface ModelOption {
  readonly value: string
  readonly label: string
}

/** A choice among models, and the way to where models can be had. A chosen one that is not in the list is shown too. */
export function ModelSelect({
  label,
  layout,
  options,
  chosen,
  isListRead,
  disabled,
  onChoose,
}: {
  label: string
  /** `stacked`: the choice below its label, for long names. */
  layout: 'row' | 'stacked'
  options: readonly ModelOption[]
  chosen: ModelOption
  /** Until it is, nothing is known to be missing. */
  isListRead: boolean
  disabled: boolean
  onChoose: (id: string) => void
}) {
  const screen = useScreen()
  const id = useId()
  const isListed = options.some(({ value }) => value === chosen.value)
  const absent = isListRead ? `${chosen.label} (not on this computer)` : chosen.label
  const shown = isListed ? [...options] : [{ value: chosen.value, label: absent }, ...options]
  return (
    <div className={layout === 'row' ? 'param' : 'model-stacked'}>
      <label htmlFor={id}>{label}</label>
      <div className="model-field">
        <NativeSelect
          id={id}
          disabled={disabled}
          value={chosen.value}
          title={shown.find(({ value }) => value === chosen.value)?.label}
          data={shown}
          onChange={(event) => onChoose(event.currentTarget.value)}
        />
        <Tooltip label="Manage models …">
          <ActionIcon
            variant="default"
            size={30}
            aria-label="Manage models …"
            onClick={() => screen.modelsOpen.set(true)}
          >
            <Settings2 size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  )
}
