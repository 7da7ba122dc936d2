import type { ModelForm } from '../../app/app'

/** The forms in which a student on a backbone can be downloaded, as a menu names them. */
export const MODEL_FORMS: readonly {
  readonly form: ModelForm
  readonly title: string
  readonly explanation: string
}[] = [
  {
    form: 'whole',
    title: 'Whole network (ONNX)',
    explanation: 'Backbone inside: takes pixels, runs anywhere',
  },
  {
    form: 'head',
    title: 'Head alone (ONNX)',
    explanation: 'Small; needs the backbone that model.json names',
  },
]
