import { expect, test } from 'vitest'
import type { ModelEntry } from '../../app/app'
import {
  deleteQuestion,
  downloadQuestion,
  downloadVerb,
  hostText,
  kindFirst,
  originText,
  stateText,
} from './modelWords'

const MODEL: ModelEntry = {
  id: 'edgetam',
  title: 'EdgeTAM',
  summary: '',
  kind: 'segmenter',
  features: null,
  source: 'catalogue',
  family: null,
  licence: { name: 'Apache-2.0', url: 'https://licence.example', note: 'Weights by Meta.' },
  origin: { repository: 'onnx-community/EdgeTAM-ONNX', revision: '9c77c7bff7fd' },
  files: [
    { name: 'a', bytes: 20_000_000, sha256: '', bytesHere: 0 },
    { name: 'b', bytes: 21_000_000, sha256: '', bytesHere: 0 },
  ],
  state: 'absent',
  obstacle: null,
  caution: null,
}
const PARTIAL: ModelEntry = {
  ...MODEL,
  state: 'partial',
  files: MODEL.files.map((file) => ({ ...file, bytesHere: 10_000_000 })),
}

test('each state has its words and its button', () => {
  expect([stateText(MODEL), downloadVerb(MODEL)]).toEqual(['Not on this computer', 'Download 41 MB'])
  expect([stateText(PARTIAL), downloadVerb(PARTIAL)]).toEqual(['20 MB of 41 MB here', 'Resume, 21 MB left'])
  const ready: ModelEntry = { ...MODEL, state: 'ready' }
  expect([stateText(ready), downloadVerb(ready)]).toEqual(['Ready', null])
  expect(stateText({ ...ready, obstacle: 'no input_boxes' })).toBe('Cannot run')
  const damaged: ModelEntry = { ...MODEL, state: 'damaged' }
  expect([stateText(damaged), downloadVerb(damaged)]).toEqual(['Damaged', 'Repair'])
  expect(downloadVerb({ ...damaged, source: 'files' })).toBeNull()
})

test('the question before a download names size, host, pin and licence', () => {
  expect(downloadQuestion(MODEL, 'huggingface.co')).toBe(
    '41 MB come from huggingface.co (onnx-community/EdgeTAM-ONNX at 9c77c7b) and stay on this computer for next time. Your pictures go nowhere. Licence: Apache-2.0. Weights by Meta. Text: https://licence.example',
  )
  expect(downloadQuestion(PARTIAL, 'mirror.example')).toContain('21 MB come from mirror.example')
})

test('family and origin stand side by side, and the embedded family is no news', () => {
  expect(originText({ ...MODEL, family: 'SAM 2' })).toBe('SAM 2 · onnx-community/EdgeTAM-ONNX @ 9c77c7b')
  expect(originText({ ...MODEL, family: 'embedded', origin: null })).toBe('')
})

test('a mirror is named by its host', () => {
  expect(hostText(null)).toBe('huggingface.co')
  expect(hostText('https://mirror.example:8443/hf')).toBe('mirror.example:8443')
})

test('a model that can only be added has no download', () => {
  expect(downloadVerb({ ...MODEL, origin: null })).toBeNull()
})

test('deleting a backbone says what of students goes with it', () => {
  const backbone: ModelEntry = { ...MODEL, kind: 'backbone', features: 'tokens' }
  expect(deleteQuestion(backbone, true)).toContain('This project trains on it')
  expect(deleteQuestion(backbone, false)).toContain('Students that were trained on it draft nothing')
  expect(deleteQuestion(MODEL, true)).toContain('boxes get no new masks')
})

test('models of the kind that is looked for stand first', () => {
  const backbone: ModelEntry = { ...MODEL, kind: 'backbone', features: 'tokens' }
  expect(kindFirst([backbone, MODEL], 'segmenter')).toEqual([MODEL, backbone])
  expect(kindFirst([MODEL, backbone], 'backbone')).toEqual([backbone, MODEL])
})
