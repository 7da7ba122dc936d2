import { NativeSelect } from '@mantine/core'
import { useId } from 'react'
import type { ModelEntry, StudentDescriptor } from '../../app/app'
import type { JsonObject } from '../../core/json'
import type { ParamSpecs } from '../../core/params'
import { ParamForm } from '../controls/ParamForm'
import { Section } from '../controls/Section'
import { BackboneField } from './BackboneField'

/** Which student, and the parameters of the run: those of every run and those of this student in one form. */
export function RecipePanel({
  models,
  students,
  studentId,
  backboneId,
  specs,
  values,
  disabled,
  onStudent,
  onBackbone,
  onChange,
}: {
  models: readonly ModelEntry[]
  students: readonly StudentDescriptor[]
  studentId: string
  backboneId: string
  specs: ParamSpecs
  values: JsonObject
  disabled: boolean
  onStudent: (id: string) => void
  onBackbone: (id: string) => void
  onChange: (values: JsonObject) => void
}) {
  const id = useId()
  const student = students.find((each) => each.id === studentId)
  return (
    <Section title="Recipe" aside={<span className="num">boxes → student</span>}>
      {students.length > 1 && (
        <div className="param">
          <label htmlFor={id}>Student</label>
          <NativeSelect
            id={id}
            disabled={disabled}
            value={studentId}
            data={students.map((each) => ({ value: each.id, label: each.title }))}
            onChange={(event) => onStudent(event.currentTarget.value)}
          />
        </div>
      )}
      {student !== undefined && (
        <p className="recipe-student">
          {students.length === 1 && <strong>{student.title}. </strong>}
          {student.summary}
        </p>
      )}
      {student !== undefined && student.backbones.length > 0 && (
        <BackboneField
          models={models}
          student={student}
          backboneId={backboneId}
          disabled={disabled}
          onChoose={onBackbone}
        />
      )}
      <ParamForm specs={specs} values={values} onChange={onChange} disabled={disabled} />
    </Section>
  )
}
