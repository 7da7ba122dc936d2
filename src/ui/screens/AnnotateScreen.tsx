import { Button } from '@mantine/core'
import { FolderOpen, Images } from 'lucide-react'
import { useEffect } from 'react'
import { useApp, useRecords, useScreen, useSession } from '../AppProvider'
import { AdjustBadge } from '../annotate/AdjustBadge'
import '../annotate/annotate.css'
import { ClassPanel } from '../annotate/ClassPanel'
import { Filmstrip } from '../annotate/Filmstrip'
import { GeneratorPanel } from '../annotate/GeneratorPanel'
import { ImagePanel } from '../annotate/ImagePanel'
import { ObjectList } from '../annotate/ObjectList'
import { SmartBar } from '../annotate/SmartBar'
import { ToolRail } from '../annotate/ToolRail'
import { ViewPanel } from '../annotate/ViewPanel'
import { CanvasStage } from '../canvas/CanvasStage'
import { useCommand } from '../commands/useCommands'
import { EmptyState } from '../controls/EmptyState'
import { LabelPicker } from '../images/LabelPicker'

/** Draw boxes, mend masks, tag images: rail, canvas, filmstrip, and the panel of what is on the image. */
export function AnnotateScreen() {
  const app = useApp()
  const { records } = useRecords()
  const imageId = useSession((state) => state.imageId)
  const addFolder = useCommand('image.addFolder')
  usePrefetch()
  const image = imageId === null ? undefined : records.get(imageId)
  if (image?.type !== 'image') {
    const isEmpty = records.ofType('image').length === 0
    return (
      <main style={{ height: '100%' }}>
        <EmptyState
          icon={Images}
          title={isEmpty ? 'No images yet' : 'No image is open'}
          action={
            isEmpty ? (
              <Button leftSection={<FolderOpen size={13} />} onClick={addFolder.run}>
                Add a folder
              </Button>
            ) : (
              <Button onClick={() => app.session.setState({ stage: 'images' })}>Choose an image</Button>
            )
          }
        >
          {isEmpty
            ? 'Add a folder of surface images; they stay on this computer.'
            : 'Pick one on the Images screen.'}
        </EmptyState>
      </main>
    )
  }
  return (
    <div className="annotate">
      <ToolRail />
      <main className="annotate-stage">
        <CanvasStage />
        <AdjustBadge />
        <SmartBar imageId={image.id} />
      </main>
      <Filmstrip />
      <aside className="panel inspector" aria-label="Inspector">
        <div className="inspector-top scroll">
          <ClassPanel />
          <ImagePanel image={image} />
          <ViewPanel />
          <GeneratorPanel />
        </div>
        <ObjectList imageId={image.id} />
      </aside>
      <LabelPicker />
    </div>
  )
}

/** The next two images and the previous one are decoded while the person looks at this one. */
function usePrefetch(): void {
  const app = useApp()
  const { pictures } = useScreen()
  const imageId = useSession((state) => state.imageId)
  useEffect(() => {
    if (imageId === null) return
    const order = app.images.visible()
    const at = order.indexOf(imageId)
    if (at >= 0) pictures.prefetch(order.slice(Math.max(0, at - 1), at + 3).filter((id) => id !== imageId))
  }, [app, pictures, imageId])
}
