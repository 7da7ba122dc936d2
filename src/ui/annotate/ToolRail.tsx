import {
  Ban,
  Brush,
  Eraser,
  Hand,
  Keyboard,
  Maximize,
  MousePointer2,
  ScanSearch,
  Square,
  WandSparkles,
  type LucideIcon,
} from 'lucide-react'
import type { ToolId } from '../../app/sessionStore'
import { useObservable, useProjectVersion, useScreen, useSession } from '../AppProvider'
import { CommandIcon } from '../controls/CommandIcon'

const TOOLS: readonly { readonly id: ToolId; readonly icon: LucideIcon }[] = [
  { id: 'select', icon: MousePointer2 },
  { id: 'box', icon: Square },
  { id: 'smart', icon: WandSparkles },
  { id: 'brush', icon: Brush },
  { id: 'eraser', icon: Eraser },
  { id: 'ignore', icon: Ban },
  { id: 'pan', icon: Hand },
]

/** One image pixel on one screen pixel. */
function OneToOne() {
  return (
    <span className="one-to-one" aria-hidden>
      1:1
    </span>
  )
}

/** The tools and the ways to look, one icon each. */
export function ToolRail() {
  const tool = useSession((state) => state.tool)
  // Whether the view commands can run hangs on the selection, and on whether the project may be edited.
  useSession((state) => state.selection)
  useObservable(useScreen().stageSize)
  useProjectVersion()
  return (
    <nav className="rail" aria-label="Tools">
      {TOOLS.map(({ id, icon }) => (
        <CommandIcon
          key={id}
          id={`tool.${id}`}
          icon={icon}
          size={30}
          iconSize={16}
          variant="subtle"
          position="right"
          isPressed={tool === id}
        />
      ))}
      <hr />
      <CommandIcon id="view.fit" icon={Maximize} size={30} iconSize={16} variant="subtle" position="right" />
      <CommandIcon
        id="view.actual"
        icon={OneToOne}
        size={30}
        iconSize={16}
        variant="subtle"
        position="right"
      />
      <CommandIcon
        id="view.object"
        icon={ScanSearch}
        size={30}
        iconSize={16}
        variant="subtle"
        position="right"
      />
      <span className="grow" />
      <CommandIcon
        id="help.shortcuts"
        icon={Keyboard}
        size={30}
        iconSize={16}
        variant="subtle"
        position="right"
      />
    </nav>
  )
}
