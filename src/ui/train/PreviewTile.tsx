import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import type { PreviewPicture } from '../../app/trainingFace'
import { usePicture } from '../usePicture'
import { probabilityOverlay } from './probabilityOverlay'

/** One of the changing pictures: the photograph with what a network sees in it after the latest epoch, laid over it. */
export function PreviewTile({
  preview,
  name,
  seenBy = 'the student',
}: {
  preview: PreviewPicture
  name: string
  seenBy?: string
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { ref: host, width, height } = useElementSize<HTMLDivElement>()
  const { bitmap } = usePicture(preview.imageId)

  useEffect(() => {
    const target = canvas.current
    const context = target?.getContext('2d')
    if (target === null || context === null || context === undefined || width === 0) return
    const ratio = window.devicePixelRatio
    const aspect = bitmap === null ? preview.width / preview.height : bitmap.width / bitmap.height
    const shownWidth = Math.min(width, height * aspect)
    target.width = Math.max(1, Math.round(shownWidth * ratio))
    target.height = Math.max(1, Math.round((shownWidth / aspect) * ratio))
    target.style.width = `${shownWidth}px`
    target.style.height = `${shownWidth / aspect}px`
    context.imageSmoothingQuality = 'high'
    if (bitmap !== null) context.drawImage(bitmap, 0, 0, target.width, target.height)
    const overlay = probabilityOverlay(preview.defect, preview.width, preview.height)
    const small = document.createElement('canvas')
    small.width = preview.width
    small.height = preview.height
    small.getContext('2d')?.putImageData(new ImageData(overlay.data, overlay.width, overlay.height), 0, 0)
    context.drawImage(small, 0, 0, target.width, target.height)
  }, [bitmap, preview, width, height])

  return (
    <figure className="preview">
      <div ref={host}>
        <canvas ref={canvas}>
          {name}: what {seenBy} sees after epoch {preview.epoch + 1}
        </canvas>
      </div>
      <figcaption>
        <span className="ellipsis" title={name}>
          {name}
        </span>
        <span className="num">epoch {preview.epoch + 1}</span>
      </figcaption>
    </figure>
  )
}
