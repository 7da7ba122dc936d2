import { Button, CloseButton } from '@mantine/core'
import { CheckCircle2, AlertTriangle } from 'lucide-react'
import { useState } from 'react'
import type { AddImagesReport } from '../../app/app'
import { IssueTable } from '../controls/IssueTable'
import { addedText } from './addedText'

/** What "add images" did: expected, done, left out and why. Stays until it is dismissed. */
export function AddReport({ report, onClose }: { report: AddImagesReport; onClose: () => void }) {
  const [isOpen, setOpen] = useState(report.added === 0)
  const hasIssues = report.issues.length > 0
  return (
    <section className="add-report" aria-label="What was added">
      <div className="add-report-line">
        {hasIssues ? (
          <AlertTriangle size={14} color="var(--warn)" aria-hidden />
        ) : (
          <CheckCircle2 size={14} color="var(--good)" aria-hidden />
        )}
        <span>{addedText(report)}</span>
        {hasIssues && (
          <Button size="compact-xs" variant="default" onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Hide the list' : 'Show the list'}
          </Button>
        )}
        <span className="grow" />
        <CloseButton size="xs" aria-label="Dismiss" onClick={onClose} />
      </div>
      {isOpen && <IssueTable issues={report.issues} maxHeight={180} />}
    </section>
  )
}
