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
  options,
  chosen,
  isListRead,
  disabled,
  onChoose,
}: {
  label: string
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
  return (
    <div className="param">
      <label htmlFor={id}>{label}</label>
      <div className="model-field">
        <NativeSelect
          id={id}
          disabled={disabled}
          value={chosen.value}
          data={isListed ? [...options] : [{ value: chosen.value, label: absent }, ...options]}
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
