import { useEffect, useMemo, useRef } from 'react'
import type { ChangedMask } from '../../../app/training/compareRuns'
import type { RecordsView } from '../../../domain/live'
import { useApp } from '../../AppProvider'
import { zoomToBox } from '../../canvas/viewport'
import { differencePatch } from '../../review/differencePatch'
import { differenceLayers, drawMaskLayer } from '../../review/maskLayer'
import { classColor } from '../../review/useReviewLayers'
import { usePicture } from '../../usePicture'
import { changeText } from './changeText'

const WIDTH = 132
const HEIGHT = 100

/** One place where the runs differ: what only A has and what only B has in two hatches, what both have as a tint. */
export function ChangeTile({ change, records }: { change: ChangedMask; records: RecordsView }) {
  const app = useApp()
  const canvas = useRef<HTMLCanvasElement>(null)
  const { bitmap } = usePicture(change.imageId)
  const difference = useMemo(() => differencePatch(change.patchA, change.patchB), [change])
  const color = classColor(records, change.classB ?? change.classA)
  const layers = useMemo(() => differenceLayers(difference, color), [difference, color])
  const image = records.get(change.imageId)
  const name = image?.type === 'image' ? image.fileName : change.imageId
  const text = changeText(change, (id) => {
    const record = id === null ? undefined : records.get(id)
    return record?.type === 'class' ? record.name : 'unknown'
  })

  useEffect(() => {
    const target = canvas.current
    const context = target?.getContext('2d')
    if (target === null || context === null || context === undefined) return
    const ratio = window.devicePixelRatio
    target.width = Math.round(WIDTH * ratio)
    target.height = Math.round(HEIGHT * ratio)
    if (bitmap === null) return
    const viewport = zoomToBox(difference.boundsPx, bitmap, { width: WIDTH, height: HEIGHT })
    const scale = viewport.scale * ratio
    context.imageSmoothingEnabled = viewport.scale < 2
    context.imageSmoothingQuality = 'medium'
    context.setTransform(scale, 0, 0, scale, viewport.x * ratio, viewport.y * ratio)
    context.drawImage(bitmap, 0, 0)
    for (const layer of layers)
      drawMaskLayer(context, layer, { viewport, ratio, opacity: 0.45, lineShare: 0.7 })
  }, [bitmap, layers, difference])

  return (
    <li>
      <button
        type="button"
        className="change"
        title={name}
        aria-label={`${name}: ${text.long}. Open in Annotate`}
        onClick={() => {
          app.images.goTo(change.imageId)
          app.session.setState({ stage: 'annotate' })
        }}
      >
        <canvas ref={canvas} style={{ width: WIDTH, height: HEIGHT }} aria-hidden />
        <span className="change-kind">{text.short}</span>
        <span className="change-caption">
          <span className="ellipsis">{name.slice(name.lastIndexOf('/') + 1)}</span>
          <span className="num">{change.changedPx.toLocaleString('en')} px</span>
        </span>
      </button>
    </li>
  )
}
