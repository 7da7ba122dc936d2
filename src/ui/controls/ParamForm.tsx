import { NativeSelect, NumberInput, Switch } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { assertNever } from '../../core/assert'
import type { Json, JsonObject } from '../../core/json'
import { readParams, type ParamSpec, type ParamSpecs } from '../../core/params'

/**
 * The form of a set of parameters: one labelled control each, the `advanced` ones folded away.
 * `values` may lack or misspell some: their defaults are shown. Only valid values reach `onChange`.
 */
export function ParamForm({
  specs,
  values,
  onChange,
  disabled = false,
}: {
  specs: ParamSpecs
  values: JsonObject
  onChange: (values: JsonObject) => void
  disabled?: boolean
}) {
  const current = readParams(specs, knownOnly(specs, values)).values
  const fields = Object.entries(specs).map(([name, spec]) => (
    <ParamField
      key={name}
      spec={spec}
      value={current[name] ?? spec.default}
      disabled={disabled}
      onChange={(value) => onChange({ ...current, [name]: value })}
    />
  ))
  const isAdvanced = Object.values(specs).map((spec) => spec.advanced === true)
  const advanced = fields.filter((_, i) => isAdvanced[i])
  return (
    <div>
      {fields.filter((_, i) => !isAdvanced[i])}
      {advanced.length > 0 && (
        <details className="fold">
          <summary>
            <ChevronRight size={13} aria-hidden /> Advanced
            <span className="num" style={{ marginLeft: 'auto' }}>
              {advanced.length}
            </span>
          </summary>
          {advanced}
        </details>
      )}
    </div>
  )
}

function knownOnly(specs: ParamSpecs, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => specs[name] !== undefined))
}

interface FieldProps<V extends Json> {
  readonly value: V
  readonly disabled: boolean
  readonly onChange: (value: V) => void
}

function ParamField({ spec, value, disabled, onChange }: FieldProps<Json> & { spec: ParamSpec }) {
  const id = useId()
  const helpId = `${id}-help`
  const control = {
    id,
    disabled,
    ...(spec.help === undefined ? {} : { 'aria-describedby': helpId }),
  }
  return (
    <div className="param">
      <label htmlFor={id}>{spec.label}</label>
      <Control spec={spec} value={value} onChange={onChange} control={control} />
      {spec.help !== undefined && (
        <p className="param-help" id={helpId}>
          {spec.help}
        </p>
      )}
    </div>
  )
}

interface ControlAttributes {
  readonly id: string
  readonly disabled: boolean
  readonly 'aria-describedby'?: string
}

function Control({
  spec,
  value,
  onChange,
  control,
}: {
  spec: ParamSpec
  value: Json
  onChange: (value: Json) => void
  control: ControlAttributes
}) {
  switch (spec.kind) {
    case 'number':
      return <NumberControl spec={spec} value={Number(value)} onChange={onChange} control={control} />
    case 'openNumber':
      return (
        <OpenNumberControl
          spec={spec}
          value={typeof value === 'number' ? value : null}
          onChange={onChange}
          control={control}
        />
      )
    case 'boolean':
      return (
        <Switch
          {...control}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'choice':
      return (
        <NativeSelect
          {...control}
          data={spec.options.map((option) => ({ ...option }))}
          value={typeof value === 'string' ? value : spec.default}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    default:
      return assertNever(spec)
  }
}

// What is typed may be invalid for a moment ("", "0."): it stays in the field and is reported once it is in range.
function NumberControl({
  spec,
  value,
  onChange,
  control,
}: {
  spec: ParamSpec & { kind: 'number' }
  value: number
  onChange: (value: number) => void
  control: ControlAttributes
}) {
  const [draft, setDraft] = useState<number | string>(value)
  const [shown, setShown] = useState(value)
  if (shown !== value) {
    setShown(value)
    if (Number(draft) !== value) setDraft(value)
  }
  return (
    <NumberInput
      {...control}
      value={draft}
      min={spec.min}
      max={spec.max}
      step={spec.step}
      clampBehavior="blur"
      onChange={(next) => {
        setDraft(next)
        if (typeof next === 'number' && next >= spec.min && next <= spec.max) onChange(next)
      }}
      onBlur={() => {
        if (draft === '' || draft === '-') setDraft(value)
      }}
    />
  )
}

/** Empty is a value of its own here: automatic. */
function OpenNumberControl({
  spec,
  value,
  onChange,
  control,
}: {
  spec: ParamSpec & { kind: 'openNumber' }
  value: number | null
  onChange: (value: number | null) => void
  control: ControlAttributes
}) {
  return (
    <NumberInput
      {...control}
      value={value ?? ''}
      placeholder={spec.automatic}
      min={spec.min}
      max={spec.max}
      step={spec.step}
      clampBehavior="strict"
      onChange={(next) => {
        if (next === '') onChange(null)
        if (typeof next === 'number' && next >= spec.min && next <= spec.max) onChange(next)
      }}
    />
  )
}
