import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import type { RgbaImage } from '../../../core/raster'

/** Rasters of one size, one over the other, fitted into a tile with their aspect kept. `caption` says what they show. */
export function LayeredTile({ layers, caption }: { layers: readonly RgbaImage[]; caption: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  useEffect(() => {
    const target = canvas.current
    const context = target?.getContext('2d')
    const [first] = layers
    if (target === null || context === null || context === undefined || first === undefined || width === 0)
      return
    const scale = Math.min(width / first.width, height / first.height)
    const ratio = window.devicePixelRatio
    target.width = Math.max(1, Math.round(first.width * scale * ratio))
    target.height = Math.max(1, Math.round(first.height * scale * ratio))
    target.style.width = `${first.width * scale}px`
    target.style.height = `${first.height * scale}px`
    for (const layer of layers) {
      const own = document.createElement('canvas')
      own.width = layer.width
      own.height = layer.height
      own.getContext('2d')?.putImageData(new ImageData(layer.data, layer.width, layer.height), 0, 0)
      context.drawImage(own, 0, 0, target.width, target.height)
    }
  }, [layers, width, height])
  return (
    <figure className="watch-tile">
      <div ref={ref}>
        <canvas ref={canvas}>{caption}</canvas>
      </div>
      <figcaption>{caption}</figcaption>
    </figure>
  )
}
