import { ActionIcon } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { ClassId } from '../../domain/records'
import { useApp, useObservable, useOpenProject, useRecords, useScreen, useSession } from '../AppProvider'
import { KeyHint } from '../controls/KeyHint'
import { Section } from '../controls/Section'
import { useClasses } from '../useClasses'
import { AddClassField } from './AddClassField'
import { ClassRow } from './ClassRow'
import { objectCounts } from './objectCounts'

/** The classes: the one in hand is drawn with. One tab stop, arrows move, digits choose from anywhere. */
export function ClassPanel() {
  const app = useApp()
  const screen = useScreen()
  const project = useOpenProject()
  const classes = useClasses()
  const { records, version } = useRecords()
  // The records are one object for ever; the version tells when they say something else.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const counts = useMemo(() => objectCounts(records), [records, version])
  const activeId = useSession((state) => state.activeClassId)
  const [isAdding, setAdding] = useState(false)
  const list = useRef<HTMLDivElement>(null)
  const request = useObservable(screen.addClassRequest)
  const answered = useRef(request)
  useEffect(() => {
    if (request === answered.current) return
    answered.current = request
    setAdding(true)
  }, [request])

  const choose = (id: ClassId): void => app.session.setState({ activeClassId: id })
  const move = (event: KeyboardEvent): void => {
    const by =
      event.key === 'ArrowDown' || event.key === 'ArrowRight'
        ? 1
        : event.key === 'ArrowUp' || event.key === 'ArrowLeft'
          ? -1
          : 0
    if (by === 0 || !(event.target instanceof HTMLElement) || event.target.role !== 'radio') return
    event.preventDefault()
    const at = classes.findIndex((one) => one.id === activeId)
    const next = classes[(at + by + classes.length) % classes.length]
    if (next === undefined) return
    choose(next.id)
    list.current?.querySelector<HTMLElement>(`[data-class="${next.id}"]`)?.focus()
  }
  const isReadOnly = project.isReadOnly()
  const showsField = isAdding || (classes.length === 0 && !isReadOnly)
  return (
    <Section
      title="Classes"
      aside={
        <KeyHint label="Add a class">
          <ActionIcon
            size={22}
            variant="subtle"
            color="gray"
            aria-label="Add class"
            disabled={isReadOnly}
            onClick={() => setAdding(true)}
          >
            <Plus size={14} />
          </ActionIcon>
        </KeyHint>
      }
    >
      <div ref={list} role="radiogroup" aria-label="Active class" tabIndex={-1} onKeyDown={move}>
        {classes.map((one, position) => (
          <ClassRow
            key={one.id}
            one={one}
            position={position}
            classCount={classes.length}
            objectCount={counts.get(one.id) ?? 0}
            isActive={one.id === activeId}
            isTabStop={one.id === activeId || (activeId === null && position === 0)}
            onChoose={() => choose(one.id)}
          />
        ))}
      </div>
      {showsField && (
        <AddClassField key={request} onClose={() => setAdding(false)} canClose={classes.length > 0} />
      )}
    </Section>
  )
}
