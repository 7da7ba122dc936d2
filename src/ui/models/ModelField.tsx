import { useApp } from '../AppProvider'
import { ModelSelect } from './ModelSelect'
import { useModelInUse, useModels } from './useModels'

const EMBEDDED_TITLE = 'Embedded'

/** Which promptable segmenter proposes masks in this project, and the way to the others. */
export function ModelField({ disabled }: { disabled: boolean }) {
  const app = useApp()
  const models = useModels()
  const inUse = useModelInUse() ?? 'embedded'
  const usable = models.filter(
    (model) => model.kind === 'segmenter' && model.state === 'ready' && model.obstacle === null,
  )
  const title =
    models.find((model) => model.id === inUse)?.title ?? (inUse === 'embedded' ? EMBEDDED_TITLE : inUse)
  return (
    <ModelSelect
      label="Model"
      layout="row"
      options={usable.map((model) => ({ value: model.id, label: model.title }))}
      chosen={{ value: inUse, label: title }}
      isListRead={models.length > 0}
      disabled={disabled}
      onChoose={(id) => app.models.use(id)}
    />
  )
}
