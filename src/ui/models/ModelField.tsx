import { ActionIcon, NativeSelect, Tooltip } from '@mantine/core'
import { Settings2 } from 'lucide-react'
import { useId } from 'react'
import { useApp, useScreen } from '../AppProvider'
import { useModelInUse, useModels } from './useModels'
import './modelField.css'

const EMBEDDED_TITLE = 'Embedded'

/** Which promptable segmenter proposes masks in this project, and the way to the others. */
export function ModelField({ disabled }: { disabled: boolean }) {
  const app = useApp()
  const screen = useScreen()
  const id = useId()
  const models = useModels()
  const inUse = useModelInUse() ?? 'embedded'
  const usable = models.filter(
    (model) => model.kind === 'segmenter' && model.state === 'ready' && model.obstacle === null,
  )
  const isListed = usable.some((model) => model.id === inUse)
  const options = usable.map((model) => ({ value: model.id, label: model.title }))
  if (!isListed) {
    const title =
      models.find((model) => model.id === inUse)?.title ?? (inUse === 'embedded' ? EMBEDDED_TITLE : inUse)
    // Until the list is read, nothing is known to be missing.
    options.unshift({ value: inUse, label: models.length === 0 ? title : `${title} (not on this computer)` })
  }
  return (
    <div className="param">
      <label htmlFor={id}>Model</label>
      <div className="model-field">
        <NativeSelect
          id={id}
          disabled={disabled}
          value={inUse}
          data={options}
          onChange={(event) => app.models.use(event.currentTarget.value)}
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
