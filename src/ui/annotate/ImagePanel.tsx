import { Button, Checkbox } from '@mantine/core'
import { Check, MinusCircle, ShieldCheck } from 'lucide-react'
import type { ImageRecord } from '../../domain/records'
import { useApp, useImageRecords, useOpenProject } from '../AppProvider'
import { useCommand } from '../commands/useCommands'
import { KeyHint } from '../controls/KeyHint'
import { Section } from '../controls/Section'
import { STATUS_LOOK, StatusIcon } from '../controls/StatusIcon'
import { useClasses } from '../useClasses'

/** What is known of the image as a whole: its state, and the classes that are somewhere in it. */
export function ImagePanel({ image }: { image: ImageRecord }) {
  const app = useApp()
  const project = useOpenProject()
  const classes = useClasses()
  const { records } = useImageRecords(image.id)
  const done = useCommand('image.done')
  const isReadOnly = project.isReadOnly()
  const labelled = new Set(
    records
      .ofImage('imageLabel', image.id)
      .filter((label) => label.presence === 'present')
      .map((label) => label.classId),
  )
  const hasMarks = records.ofImage('annotation', image.id).length > 0 || labelled.size > 0
  return (
    <Section
      title="Image"
      aside={
        <span className="status-chip">
          <StatusIcon status={image.status} /> {STATUS_LOOK[image.status].label}
        </span>
      }
    >
      {classes.length > 0 && (
        <div className="image-labels" role="group" aria-label="Classes somewhere in this image">
          {classes.map((one) => (
            <Checkbox
              key={one.id}
              color={one.color}
              autoContrast
              label={one.name}
              disabled={isReadOnly}
              checked={labelled.has(one.id)}
              onChange={() => app.images.toggleLabel([image.id], one.id)}
            />
          ))}
        </div>
      )}
      <div className="button-row">
        <KeyHint
          label={hasMarks ? 'Done with defects, and on' : 'Confirm clean, and on'}
          shortcut={done.shortcuts[0]}
        >
          <Button
            leftSection={<Check size={13} />}
            disabled={isReadOnly}
            style={{ flex: 1 }}
            onClick={() => app.annotate.markDoneAndStep(image.id)}
          >
            Done
          </Button>
        </KeyHint>
        <KeyHint label={hasMarks ? 'The image has marks' : 'A person looked: there is no defect here'}>
          <Button
            variant="default"
            leftSection={<ShieldCheck size={13} />}
            disabled={isReadOnly || image.status === 'confirmedClean'}
            onClick={() => app.images.setStatus([image.id], 'confirmedClean')}
          >
            Confirm clean
          </Button>
        </KeyHint>
        <KeyHint label="Leave this image out of training and export">
          <Button
            variant="default"
            leftSection={<MinusCircle size={13} />}
            disabled={isReadOnly || image.status === 'skipped'}
            onClick={() => app.images.setStatus([image.id], 'skipped')}
          >
            Skip
          </Button>
        </KeyHint>
      </div>
    </Section>
  )
}
