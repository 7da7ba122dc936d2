import type { RunSeries } from '../../app/trainingFace'

/** Pixels that self-correction relabelled, one small bar an epoch: a tall row of bars warns of an over-confident student. */
export function CorrectionBars({ epochs, of }: { epochs: RunSeries['epochs']; of: number }) {
  const highest = Math.max(1, ...epochs.map((epoch) => epoch.correctedPixels))
  const total = epochs.reduce((sum, epoch) => sum + epoch.correctedPixels, 0)
  const none = epochs.length < of ? 'none so far' : 'none'
  const text = total === 0 ? none : `${total.toLocaleString()} in all`
  const slots = Math.max(of, epochs.length)
  return (
    <div>
      <div className="plot-title">
        <h3>Corrected pixels per epoch</h3>
        <span className="num">{text}</span>
      </div>
      <figure
        className="bars"
        aria-label={`Corrected pixels per epoch: ${total} in all, at most ${highest} in one epoch`}
      >
        {Array.from({ length: slots }, (_, i) => {
          const epoch = epochs[i]
          const share = epoch === undefined ? 0 : epoch.correctedPixels / highest
          return (
            <i
              key={i}
              title={
                epoch === undefined ? undefined : `Epoch ${epoch.epoch + 1}: ${epoch.correctedPixels} px`
              }
              data-done={epoch !== undefined || undefined}
            >
              <b style={{ height: `${Math.max(share * 100, share > 0 ? 6 : 0)}%` }} />
            </i>
          )
        })}
      </figure>
    </div>
  )
}
