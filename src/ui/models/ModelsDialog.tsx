import { Modal } from '@mantine/core'
import { useObservable, useScreen, useSession } from '../AppProvider'
import { AddModelArea } from './AddModelArea'
import { MirrorField } from './MirrorField'
import { ModelRow } from './ModelRow'
import './models.css'
import { kindFirst } from './modelWords'
import { useBackboneInUse, useModelInUse, useModels } from './useModels'

/** The models of this computer, those that the open screen works with first: fetch, add from files, use, check, delete. */
export function ModelsDialog() {
  const screen = useScreen()
  const models = useModels()
  const stage = useSession((session) => session.stage)
  const inUse = useModelInUse()
  const backbone = useBackboneInUse()
  const question = useObservable(screen.question)
  return (
    <Modal
      opened
      onClose={() => screen.modelsOpen.set(false)}
      // Escape answers the question that stands in front of this dialog first.
      closeOnEscape={question === null}
      title="Models"
      size={720}
    >
      <p className="models-intro">
        A segmenter turns a box into a mask, a backbone gives the student its features. Nothing is fetched
        unless you press Download; what is here works offline.
      </p>
      <ul className="models-list scroll" aria-label="Models" aria-busy={models.length === 0}>
        {kindFirst(models, stage === 'train' ? 'backbone' : 'segmenter').map((model) => (
          <ModelRow
            key={model.id}
            model={model}
            isInUse={model.id === (model.kind === 'backbone' ? backbone : inUse)}
            canUse={inUse !== null && model.kind === 'segmenter'}
          />
        ))}
      </ul>
      <AddModelArea />
      {/* What is remembered is read together with the list. */}
      {models.length > 0 && <MirrorField />}
    </Modal>
  )
}
