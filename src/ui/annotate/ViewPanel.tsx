import { Slider, Switch } from '@mantine/core'
import { useId } from 'react'
import { useApp, useSession } from '../AppProvider'
import { Section } from '../controls/Section'

/** Sliders of the tool and of the view. Brightness and contrast change what is shown, never what is trained on. */
export function ViewPanel() {
  const app = useApp()
  const brushRadiusPx = useSession((state) => state.brushRadiusPx)
  const maskOpacity = useSession((state) => state.maskOpacity)
  const brightness = useSession((state) => state.brightness)
  const contrast = useSession((state) => state.contrast)
  const outlineOnly = useSession((state) => state.outlineOnly)
  const allHidden = useSession((state) => state.allHidden)
  const set = app.session.setState
  return (
    <Section title="Tool and view">
      <SliderRow
        label="Brush size"
        value={sizeToPosition(brushRadiusPx)}
        min={0}
        max={100}
        text={`${brushRadiusPx * 2} px`}
        onChange={(position) => set({ brushRadiusPx: positionToSize(position) })}
      />
      <SliderRow
        label="Mask opacity"
        value={Math.round(maskOpacity * 100)}
        min={5}
        max={100}
        text={`${Math.round(maskOpacity * 100)} %`}
        onChange={(percent) => set({ maskOpacity: percent / 100 })}
      />
      <SliderRow
        label="Brightness"
        value={brightness}
        min={-80}
        max={80}
        text={String(brightness)}
        onChange={(value) => set({ brightness: value })}
      />
      <SliderRow
        label="Contrast"
        value={contrast}
        min={-80}
        max={100}
        text={String(contrast)}
        onChange={(value) => set({ contrast: value })}
      />
      <div className="view-switches">
        <Switch
          label="Outlines only"
          checked={outlineOnly}
          onChange={(event) => set({ outlineOnly: event.currentTarget.checked })}
        />
        <Switch
          label="Hide marks"
          checked={allHidden}
          onChange={(event) => set({ allHidden: event.currentTarget.checked })}
        />
      </div>
    </Section>
  )
}

function SliderRow({
  label,
  value,
  min,
  max,
  text,
  onChange,
}: {
  label: string
  value: number
  min: number
  max: number
  text: string
  onChange: (value: number) => void
}) {
  const id = useId()
  return (
    <div className="row">
      <span id={id}>{label}</span>
      <Slider
        value={value}
        min={min}
        max={max}
        onChange={onChange}
        thumbProps={{ 'aria-labelledby': id }}
        thumbValueText={text}
      />
      <span className="num">{text}</span>
    </div>
  )
}

// Fine at small sizes, coarse at large ones: radius 0.5 at 0, 128 at 100, half-pixel steps.
const LEAST = 0.5
const MOST = 128

function sizeToPosition(radiusPx: number): number {
  const share = Math.log(radiusPx / LEAST) / Math.log(MOST / LEAST)
  return Math.round(Math.min(1, Math.max(0, share)) * 100)
}

function positionToSize(position: number): number {
  return Math.round(LEAST * (MOST / LEAST) ** (position / 100) * 2) / 2
}
