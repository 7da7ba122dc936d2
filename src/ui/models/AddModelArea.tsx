import { Button } from '@mantine/core'
import { FilePlus } from 'lucide-react'
import { useApp, useObservable } from '../AppProvider'
import { useFilesOver } from '../useFilesOver'
import { WorkLine } from './WorkLine'

/** "Use files from disk": a drop anywhere on the window works (`useModelDrop`), this is where it is said. */
export function AddModelArea() {
  const app = useApp()
  const work = useObservable(app.models.working).get('files') ?? null
  const isOver = useFilesOver()
  return (
    <section className="model-add" aria-label="Use files from disk" data-over={isOver || undefined}>
      <FilePlus size={18} strokeWidth={1.5} aria-hidden />
      <div>
        <strong>Use files from disk</strong>
        {work === null ? (
          <p className="mute">
            Drop the encoder and the decoder of a segmenter as ONNX files, with their .onnx_data files if they
            have any, or the one file of a backbone. They are recognised by their tensors: SAM, MobileSAM, SAM
            2, EdgeTAM, EfficientSAM; DINOv2, feature pyramids such as MobileNetV2.
          </p>
        ) : (
          <WorkLine
            title="Adding a model from files"
            work={work}
            onCancel={() => app.models.cancel('files')}
          />
        )}
      </div>
      <Button variant="default" disabled={work !== null} onClick={() => void app.models.pickFiles()}>
        Choose files …
      </Button>
    </section>
  )
}
