import { Button, Modal, Switch, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { useObservable, useScreen } from '../AppProvider'
import type { Command } from '../commands/command'
import { DEFAULT_KEYS } from '../commands/keyPreferences'
import { ShortcutRow } from './ShortcutRow'

/** The live map of keys: searchable, each one changeable, single keys switchable (WCAG 2.1.4). */
export function ShortcutSheet({ commands }: { commands: readonly Command[] }) {
  const { sheetOpen, keys } = useScreen()
  const preferences = useObservable(keys)
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLowerCase()
  const listed = commands.filter(
    (command) =>
      wanted === '' ||
      command.label.toLowerCase().includes(wanted) ||
      command.group.toLowerCase().includes(wanted) ||
      command.shortcuts.includes(wanted),
  )
  const groups = [...new Set(listed.map((command) => command.group))]
  const isChanged = Object.keys(preferences.changed).length > 0
  return (
    <Modal opened onClose={() => sheetOpen.set(false)} title="Keyboard shortcuts" size={760}>
      <div className="sheet-head">
        <TextInput
          aria-label="Search shortcuts"
          placeholder="Search by name or key"
          leftSection={<Search size={13} />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          data-autofocus
          style={{ flex: 1 }}
        />
        <Switch
          label="Single-key shortcuts"
          checked={preferences.singleKeys}
          onChange={(event) => keys.set({ ...preferences, singleKeys: event.currentTarget.checked })}
        />
        <Button
          variant="default"
          disabled={!isChanged}
          onClick={() => keys.set({ ...preferences, changed: DEFAULT_KEYS.changed })}
        >
          Reset keys
        </Button>
      </div>
      {groups.length === 0 && (
        <p className="mute">
          No shortcut matches “{query}”.{' '}
          <Button size="compact-xs" variant="default" onClick={() => setQuery('')}>
            Clear
          </Button>
        </p>
      )}
      <div className="sheet-scroll scroll">
        <div className="sheet-columns">
          {groups.map((group) => (
            <section key={group} className="sheet-group">
              <h3>{group}</h3>
              {listed
                .filter((command) => command.group === group)
                .map((command) => (
                  <ShortcutRow key={command.id} command={command} commands={commands} />
                ))}
            </section>
          ))}
          <section className="sheet-group">
            <h3>With the mouse</h3>
            <p className="sheet-row">
              <span>Zoom at the cursor</span>
              <span className="mute">wheel</span>
            </p>
            <p className="sheet-row">
              <span>Pan</span>
              <span className="mute">hold Space and drag, or the middle button</span>
            </p>
            <p className="sheet-row">
              <span>Brush size</span>
              <span className="mute">Shift and wheel</span>
            </p>
            <p className="sheet-row">
              <span>Smart: add to the mask, remove from it</span>
              <span className="mute">left click, right click or Alt and click</span>
            </p>
            <p className="sheet-row">
              <span>Smart: other candidates</span>
              <span className="mute">Shift and wheel</span>
            </p>
            <p className="sheet-row">
              <span>Smart: delete a click</span>
              <span className="mute">Alt and click on its mark</span>
            </p>
            <p className="sheet-row">
              <span>Brush erases, eraser paints</span>
              <span className="mute">hold Alt</span>
            </p>
          </section>
        </div>
      </div>
    </Modal>
  )
}
