import { Button, Menu } from '@mantine/core'
import { ChevronDown, Download } from 'lucide-react'
import type { ModelForm } from '../../app/app'
import type { TrainingRun } from '../../domain/records'
import { MODEL_FORMS } from './modelForms'

/** Downloads a run's model; a student on a backbone is offered with it inside and without it. */
export function DownloadModelButton({
  run,
  isBusy,
  onSave,
}: {
  /** Null: there is no model yet. */
  run: TrainingRun | null
  isBusy: boolean
  onSave: (form: ModelForm) => void
}) {
  const look = {
    variant: 'default',
    leftSection: <Download size={13} />,
    disabled: run === null,
    loading: isBusy,
  } as const
  if (run === null || run.backbone === null) {
    return (
      <Button {...look} onClick={() => onSave('whole')}>
        Download model
      </Button>
    )
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button {...look} rightSection={<ChevronDown size={13} />}>
          Download model
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {MODEL_FORMS.map(({ form, title, explanation }) => (
          <Menu.Item key={form} onClick={() => onSave(form)}>
            {title}
            <div className="mute">{explanation}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
