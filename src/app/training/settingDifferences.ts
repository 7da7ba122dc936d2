import type { Json } from '../../core/json'
import type { ParamSpec, ParamSpecs } from '../../core/params'
import type { TrainingRun } from '../../domain/records'
import { STUDENT_DESCRIPTORS, TRAINING_PARAMS } from '../../ml/trainingParams'

/** One setting of two runs, in words. `null`: the run did not have it. */
export interface SettingRow {
  readonly id: string
  readonly label: string
  readonly a: string | null
  readonly b: string | null
  readonly isEqual: boolean
}

/** Everything a person chose for the runs, in the order of the form: what differs and what does not. */
export function settingDifferences(a: TrainingRun, b: TrainingRun): readonly SettingRow[] {
  const specs: ParamSpecs = Object.assign(
    {},
    TRAINING_PARAMS,
    ...STUDENT_DESCRIPTORS.filter(({ id }) => id === a.studentId || id === b.studentId).map(
      ({ params }) => params,
    ),
  )
  const known = Object.keys(specs)
  const others = [...new Set([...Object.keys(a.params), ...Object.keys(b.params)])].filter(
    (name) => !known.includes(name),
  )
  const row = (id: string, label: string, textA: string | null, textB: string | null): SettingRow => ({
    id,
    label,
    a: textA,
    b: textB,
    isEqual: textA === textB,
  })
  const param = (name: string): SettingRow[] => {
    const spec = specs[name]
    const textA = paramText(spec, a.params[name])
    const textB = paramText(spec, b.params[name])
    return textA === null && textB === null ? [] : [row(name, spec?.label ?? name, textA, textB)]
  }
  return [
    row('student', 'Student', studentTitle(a), studentTitle(b)),
    row('backbone', 'Backbone', backboneText(a, b), backboneText(b, a)),
    row('threshold', 'Threshold', thresholdText(a), thresholdText(b)),
    row('backend', 'Computed on', a.backend, b.backend),
    ...[...known, ...others].flatMap(param),
  ]
}

function studentTitle({ studentId }: TrainingRun): string {
  return STUDENT_DESCRIPTORS.find(({ id }) => id === studentId)?.title ?? studentId
}

/** Two versions of one backbone are told apart by their hash. */
function backboneText({ backbone }: TrainingRun, other: TrainingRun): string {
  if (backbone === null) return 'none: pixels only'
  const isTwin = backbone.id === other.backbone?.id && backbone.hash !== other.backbone.hash
  return isTwin ? `${backbone.id} (${backbone.hash.slice(0, 8)})` : backbone.id
}

function thresholdText({ threshold, thresholdBy }: TrainingRun): string {
  return thresholdBy === 'default'
    ? threshold.toFixed(2)
    : `${threshold.toFixed(2)}, ${thresholdBy === 'person' ? 'by hand' : 'by reviews'}`
}

function paramText(spec: ParamSpec | undefined, value: Json | undefined): string | null {
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (spec?.kind === 'choice')
    return spec.options.find((option) => option.value === value)?.label ?? String(value)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
