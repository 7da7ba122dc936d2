import { Switch } from '@mantine/core'
import { STYLE_LEAST_MASKS } from '../../domain/styleRules'
import { useApp, useObservable, useOpenProject, useRecords, useSession } from '../AppProvider'
import { useImageObjects } from '../canvas/useImageObjects'
import { useCommand } from '../commands/useCommands'
import { KeyHint } from '../controls/KeyHint'
import { useClasses } from '../useClasses'
import { styleText } from './styleText'

/** Says whether pending masks are drawn the way this person draws the class in hand, and switches it. */
export function DrawingStyleBadge() {
  const app = useApp()
  const project = useOpenProject()
  const toggle = useCommand('style.toggle')
  const classes = useClasses()
  const imageId = useSession((state) => state.imageId)
  const selection = useSession((state) => state.selection)
  const activeClassId = useSession((state) => state.activeClassId)
  const objects = useImageObjects(imageId)
  useRecords()
  useObservable(app.propose.drawingStyle.learned)
  const selected = objects.find((object) => object.id === selection.at(-1))
  const classId = selected?.classId ?? activeClassId
  const record = classes.find((one) => one.id === classId)
  if (record === undefined) return null
  const view = app.propose.drawingStyle.view(record.id)
  return (
    <div className="style-badge" data-active={view.isOn && view.fromMasks !== null}>
      <KeyHint
        label={`Draw pending masks as you drew accepted ones; learned from ${STYLE_LEAST_MASKS} masks of a class`}
        shortcut={toggle.shortcuts[0]}
        position="left"
      >
        <Switch
          label={styleText(view, record.name)}
          checked={view.isOn}
          disabled={project.isReadOnly()}
          onChange={(event) => app.propose.drawingStyle.setOn(event.currentTarget.checked)}
        />
      </KeyHint>
    </div>
  )
}
