import { useElementSize } from '@mantine/hooks'
import type { RunSeries } from '../../app/trainingFace'
import { CorrectionBars } from './CorrectionBars'
import { LossPlot } from './LossPlot'

/** The curves of a run: loss (and validation) over steps, corrected pixels over epochs. */
export function SeriesPanel({
  series,
  version,
  epochs,
}: {
  series: RunSeries
  version: number
  /** Epochs the run was asked for: the bars keep room for those to come. */
  epochs: number
}) {
  const { ref, height } = useElementSize<HTMLDivElement>()
  const last = series.epochs.at(-1)
  const hasValidation = series.epochs.some((epoch) => epoch.validationIou !== null)
  return (
    <div className="series">
      <div className="plot-title">
        <h3>Loss</h3>
        <span className="legend" aria-hidden>
          <i className="thin" /> step <i className="bold" /> epoch
          {hasValidation && (
            <>
              <i className="dashed" /> validation IoU
            </>
          )}
        </span>
        <span className="grow" />
        <span className="num">
          {last === undefined ? '' : `loss ${last.loss.toFixed(3)}`}
          {last === undefined || last.validationIou === null ? '' : ` · IoU ${last.validationIou.toFixed(3)}`}
        </span>
      </div>
      <div ref={ref} className="series-plot">
        {series.stepLoss.length > 0 && height > 40 && (
          <LossPlot series={series} version={version} height={height} />
        )}
        {series.stepLoss.length === 0 && (
          <p className="mute series-wait">The first steps arrive in a moment.</p>
        )}
      </div>
      <CorrectionBars epochs={series.epochs} of={epochs} />
    </div>
  )
}
