import { useElementSize } from '@mantine/hooks'
import { useEffect, useMemo, useRef } from 'react'
import { exampleMask, exampleTruth, type ThresholdExample } from '../../../app/training/exampleMask'
import { useApp } from '../../AppProvider'
import { differencePatch } from '../../review/differencePatch'
import { differenceLayers, drawMaskLayer, maskLayer, type MaskLayer } from '../../review/maskLayer'
import { usePicture } from '../../usePicture'

/** Both agree. */
const RIGHT_COLOR = '#4cc38a'

/**
 * One example at the slider's threshold. With a reviewed truth: what both have as a tint, what only the student sees and
 * what it misses in two hatches; without one, the student's mask alone.
 */
export function ExampleTile({
  example,
  threshold,
  name,
}: {
  example: ThresholdExample
  threshold: number
  name: string
}) {
  const app = useApp()
  const canvas = useRef<HTMLCanvasElement>(null)
  const { ref: host, width, height } = useElementSize<HTMLSpanElement>()
  const { bitmap } = usePicture(example.imageId)
  const { layers, text } = useMemo(() => contentOf(example, threshold), [example, threshold])

  useEffect(() => {
    const target = canvas.current
    const context = target?.getContext('2d')
    if (target === null || context === null || context === undefined || width === 0) return
    const ratio = window.devicePixelRatio
    const scale = Math.min(width / example.width, height / example.height)
    const shown = { width: example.width * scale, height: example.height * scale }
    target.width = Math.max(1, Math.round(shown.width * ratio))
    target.height = Math.max(1, Math.round(shown.height * ratio))
    target.style.width = `${shown.width}px`
    target.style.height = `${shown.height}px`
    context.imageSmoothingQuality = 'high'
    if (bitmap !== null) context.drawImage(bitmap, 0, 0, target.width, target.height)
    const viewport = { scale, x: 0, y: 0 }
    for (const layer of layers)
      drawMaskLayer(context, layer, { viewport, ratio, opacity: 0.5, lineShare: 0.7 })
  }, [bitmap, layers, example, width, height])

  return (
    <button
      type="button"
      className="example"
      title={name}
      aria-label={`${name}: ${text}. Open in Annotate`}
      onClick={() => {
        app.images.goTo(example.imageId)
        app.session.setState({ stage: 'annotate' })
      }}
    >
      <span ref={host} className="example-picture">
        <canvas ref={canvas} aria-hidden />
      </span>
      <span className="example-caption">
        <span className="ellipsis">{name.slice(name.lastIndexOf('/') + 1)}</span>
        <span className="num">{text}</span>
      </span>
    </button>
  )
}

function contentOf(
  example: ThresholdExample,
  threshold: number,
): { readonly layers: readonly MaskLayer[]; readonly text: string } {
  const boundsPx = { x: 0, y: 0, width: example.width, height: example.height }
  const seen = { boundsPx, mask: exampleMask(example, threshold) }
  const truth = exampleTruth(example)
  if (truth === null) {
    const share = seen.mask.data.reduce((sum, value) => sum + value, 0) / seen.mask.data.length
    return {
      layers: [maskLayer(seen, { color: '#f2b134', fill: 'tint', line: 'dashed' })],
      text: `not reviewed, ${(100 * share).toFixed(1)} % defect`,
    }
  }
  const difference = differencePatch({ boundsPx, mask: truth }, seen)
  const union = difference.keptPx + difference.addedPx + difference.removedPx
  return {
    layers: differenceLayers(difference, RIGHT_COLOR),
    text: union === 0 ? 'clean, nothing seen' : `IoU ${(difference.keptPx / union).toFixed(2)}`,
  }
}
