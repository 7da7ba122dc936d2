import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readEmbeddedManifest } from './embeddedManifest'

type Json = { [field: string]: unknown }

/** The published manifest with its first model changed. */
function changed(change: (model: { [part: string]: Json }) => void): unknown {
  const root = JSON.parse(readFileSync('public/models/manifest.json', 'utf8')) as {
    models: { [part: string]: Json }[]
  }
  change(root.models[0]!)
  return root
}

const withPrompt = (prompt: Json): unknown => changed((model) => Object.assign(model, { prompt }))

describe('readEmbeddedManifest', () => {
  test('reads the prompt channels in their order, and the radius of a click', () => {
    const channels = ['box', 'positive', 'negative', 'previous']
    const model = readEmbeddedManifest(withPrompt({ channels, clickRadius: 4 }))
    expect(model.prompt).toEqual({ channels, clickRadius: 4 })
  })

  test('a model may take boxes alone', () => {
    const model = readEmbeddedManifest(withPrompt({ channels: ['box'] }))
    expect(model.prompt).toEqual({ channels: ['box'], clickRadius: 0 })
  })

  test.each([
    ['an unknown channel', { channels: ['box', 'text'], clickRadius: 4 }, 'prompt.channels names "text"'],
    ['no box', { channels: ['positive'], clickRadius: 4 }, 'must start with "box"'],
    ['a channel twice', { channels: ['box', 'positive', 'positive'], clickRadius: 4 }, 'each name once'],
    ['clicks without a radius', { channels: ['box', 'positive'] }, 'prompt.clickRadius is not a number'],
  ])('%s is incompatible, and said by name', (_, prompt, message) => {
    expect(() => readEmbeddedManifest(withPrompt(prompt))).toThrow(message)
  })

  test('a choice of candidates that is not whole is incompatible', () => {
    const json = changed((model) => Object.assign(model.calibration!, { choice: { adaptWeight: 1 } }))
    expect(() => readEmbeddedManifest(json)).toThrow('choice')
  })

  test('a file outside the folder is refused', () => {
    const json = changed((model) => Object.assign(model.files!.encoder as Json, { file: '../x.onnx' }))
    expect(() => readEmbeddedManifest(json)).toThrow('files.encoder.file')
  })
})
