import { Button, Kbd, SegmentedControl, Slider } from '@mantine/core'
import { Save, Undo2 } from 'lucide-react'
import { useApp, useSession } from '../AppProvider'
import { Section } from '../controls/Section'

/** Tools of painting in place. */
export function FixPanel({
  tool,
  isBusy,
  onTool,
  onUndo,
  onSave,
  onCancel,
}: {
  tool: 'brush' | 'eraser'
  isBusy: boolean
  onTool: (tool: 'brush' | 'eraser') => void
  onUndo: () => void
  onSave: () => void
  onCancel: () => void
}) {
  const app = useApp()
  const radiusPx = useSession((session) => session.brushRadiusPx)
  return (
    <Section title="Fix in place">
      <SegmentedControl
        fullWidth
        aria-label="Painting tool"
        data={[
          { value: 'brush', label: 'Brush (B)' },
          { value: 'eraser', label: 'Eraser (E)' },
        ]}
        value={tool}
        onChange={(value) => onTool(value === 'eraser' ? 'eraser' : 'brush')}
      />
      <div className="row" style={{ marginTop: 8 }}>
        <span id="fix-size">Brush size</span>
        <Slider
          min={1}
          max={64}
          step={0.5}
          value={Math.min(64, radiusPx)}
          thumbProps={{ 'aria-labelledby': 'fix-size' }}
          onChange={(value) => app.session.setState({ brushRadiusPx: value })}
        />
        <span className="num">{Math.round(radiusPx * 2)} px</span>
      </div>
      <p className="reason-note">
        <Kbd>[</Kbd> <Kbd>]</Kbd> or Shift+wheel: size. Hold <Kbd>Alt</Kbd>: the other tool. Hold{' '}
        <Kbd>Space</Kbd>: move the picture.
      </p>
      <div className="decide">
        <Button
          justify="space-between"
          leftSection={<Save size={14} />}
          rightSection={<Kbd>Enter</Kbd>}
          loading={isBusy}
          onMouseDown={(event) => event.preventDefault()}
          onClick={onSave}
        >
          Save
        </Button>
        <Button
          variant="default"
          justify="space-between"
          rightSection={<Kbd>Esc</Kbd>}
          onMouseDown={(event) => event.preventDefault()}
          onClick={onCancel}
        >
          Cancel
        </Button>
        <Button
          variant="default"
          justify="space-between"
          leftSection={<Undo2 size={14} />}
          rightSection={<Kbd>Ctrl Z</Kbd>}
          onMouseDown={(event) => event.preventDefault()}
          onClick={onUndo}
        >
          Undo stroke
        </Button>
      </div>
    </Section>
  )
}
