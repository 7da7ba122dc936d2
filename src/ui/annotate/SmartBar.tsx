import { Loader } from '@mantine/core'
import { CircleCheck, ChevronLeft, ChevronRight, Undo2 } from 'lucide-react'
import type { AnnotationId, ImageId } from '../../domain/records'
import { useApp, useObservable, useSession } from '../AppProvider'
import type { ImageObject } from '../canvas/imageObjects'
import { useImageObjects } from '../canvas/useImageObjects'
import { CommandIcon } from '../controls/CommandIcon'

/** What the smart tool can do next, at the foot of the canvas: drag, click, choose a candidate, accept. */
export function SmartBar({ imageId }: { imageId: ImageId }) {
  const app = useApp()
  const tool = useSession((state) => state.tool)
  const selection = useSession((state) => state.selection)
  const objects = useImageObjects(imageId)
  const pending = useObservable(app.propose.pending)
  if (tool !== 'smart') return null
  const object =
    selection.length === 1 ? (objects.find((candidate) => candidate.id === selection[0]) ?? null) : null
  return (
    <div className="smart-bar">
      {object?.box == null ? (
        <span>
          Drag a box around a defect<span className="mute"> – its mask comes at once</span>
        </span>
      ) : (
        <BoxSteps object={object} boxId={object.box.id} isPending={pending.has(object.box.id)} />
      )}
    </div>
  )
}

function BoxSteps({
  object,
  boxId,
  isPending,
}: {
  object: ImageObject
  boxId: AnnotationId
  isPending: boolean
}) {
  const app = useApp()
  if (object.state === 'accepted')
    return (
      <span>
        Accepted<span className="mute"> – drag the next box</span>
      </span>
    )
  const candidates = app.propose.candidates(boxId)
  const { id } = app.propose.current()
  const usesModel = app.catalogue.generators.find((generator) => generator.id === id)?.usesModel === true
  return (
    <>
      {usesModel ? (
        <>
          <span className="smart-clicks">
            <kbd className="smart-mouse">Click</kbd> adds
            <kbd className="smart-mouse">Right click</kbd> removes
          </span>
          <CommandIcon id="smart.takeBack" icon={Undo2} variant="subtle" position="top" />
        </>
      ) : (
        <span className="mute">This generator goes by the box alone</span>
      )}
      <span className="smart-parting" />
      <CommandIcon id="smart.previous" icon={ChevronLeft} variant="subtle" position="top" />
      <span className="smart-candidate">
        {isPending ? (
          <>
            <Loader size={11} aria-hidden /> Making the mask
          </>
        ) : (
          (candidateText(candidates) ?? 'Candidates')
        )}
      </span>
      <CommandIcon id="smart.next" icon={ChevronRight} variant="subtle" position="top" />
      <span className="smart-parting" />
      <CommandIcon id="object.accept" icon={CircleCheck} variant="subtle" position="top" />
    </>
  )
}

/** "2 of 3: Larger part"; null when the candidates are not in memory. */
function candidateText(
  candidates: { readonly labels: readonly string[]; readonly at: number } | null,
): string | null {
  if (candidates === null) return null
  const { labels, at } = candidates
  return labels.length === 1 ? 'One candidate' : `${at + 1} of ${labels.length}: ${labels[at]}`
}
