import { Button } from '@mantine/core'
import { AlertTriangle, BadgeCheck, Download } from 'lucide-react'
import type { ExportReport } from '../../app/app'
import { byteText } from '../start/byteText'
import { reportSentence } from './scopeRows'

/** Below the fold of a small window: the report comes into sight when it is made. */
function showWhenMade(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}

/** What an export proved about itself: counts, the round trip, files; then the download. */
export function ExportReportView({
  report,
  isOld,
  isSaving,
  onSave,
}: {
  report: ExportReport
  /** The project has changed since it was written. */
  isOld: boolean
  isSaving: boolean
  onSave: () => void
}) {
  const total = report.files.reduce((sum, file) => sum + file.byteLength, 0)
  return (
    <section ref={showWhenMade} className="report" aria-label="Export report">
      <output className="report-proof">
        <BadgeCheck size={22} strokeWidth={1.75} color="var(--good)" aria-hidden />
        <div>
          <p>
            <strong>Round trip exact.</strong> {reportSentence(report)}.
          </p>
          <p className="mute">
            Our own file was decoded by a second decoder and compared with the project:{' '}
            {report.differingPixels.toLocaleString()} pixels differ.
          </p>
        </div>
      </output>
      <table className="table">
        <thead>
          <tr>
            <th>File</th>
            <th className="num">Size</th>
          </tr>
        </thead>
        <tbody>
          {report.files.map((file) => (
            <tr key={file.path}>
              <td>{file.path}</td>
              <td className="num">{byteText(file.byteLength)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {report.warnings.length > 0 && (
        <ul className="report-warnings">
          {report.warnings.map((warning) => (
            <li key={warning}>
              <AlertTriangle size={13} color="var(--warn)" aria-hidden /> {warning}
            </li>
          ))}
        </ul>
      )}
      {isOld && (
        <p className="report-old">
          <AlertTriangle size={13} aria-hidden /> The project has changed since: export again to include it.
        </p>
      )}
      <Button leftSection={<Download size={14} />} loading={isSaving} onClick={onSave}>
        Download {report.files.length === 1 ? '' : `${report.files.length} files, `}
        {byteText(total)}
      </Button>
    </section>
  )
}
