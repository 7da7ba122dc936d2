#!/usr/bin/env node
// Writes THIRD_PARTY_NOTICES.md, and its copy that the app ships, from the licences of the installed runtime packages.
// With --check it writes nothing and fails when the files are not up to date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { standardText } from './licenceTexts.mjs'
import { ROOT } from './root.mjs'

const TARGETS = ['THIRD_PARTY_NOTICES.md', 'public/THIRD_PARTY_NOTICES.txt']

/** What is in the product and comes from no package. */
const CREDITS = `## Teacher of the embedded segmenter

The embedded segmenter (\`public/models/embedded-*.onnx\`) was trained by this project on pictures made by a program. In
training its encoder learned to reproduce feature maps of MobileNetV2 1.0 224 with ImageNet weights: the file
tf2_mobilenet_v2_1.0_224_ptq.tflite of github.com/google-coral/test_data at commit
104342d2d3480b3e66203073dac24f4e2dbb4c41, copyright of the Coral and TensorFlow authors, licensed under the Apache
License 2.0 (its text is below). Those weights are not part of this product.
`

/** Every package reachable from the runtime dependencies: name@version -> its folder. */
function runtimePackages() {
  const found = new Map()
  const visit = (name, from) => {
    const folder = resolvePackage(name, from)
    if (folder === null) throw new Error(`${name} is not installed: run "npm ci"`)
    const { version, dependencies = {} } = readJson(path.join(folder, 'package.json'))
    const key = `${name}@${version}`
    if (found.has(key)) return
    found.set(key, folder)
    for (const dependency of Object.keys(dependencies))
      if (!isTypesOnly(dependency)) visit(dependency, folder)
  }
  for (const name of Object.keys(readJson(path.join(ROOT, 'package.json')).dependencies)) visit(name, ROOT)
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function isTypesOnly(name) {
  return name.startsWith('@types/') || name === '@webgpu/types'
}

/** Where node would find a package: in the nearest node_modules upwards. */
function resolvePackage(name, from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name)
    if (existsSync(path.join(candidate, 'package.json'))) return candidate
    if (path.resolve(folder) === path.resolve(ROOT)) return null
  }
}

function licenceOf(folder) {
  const { name, license, licenses } = readJson(path.join(folder, 'package.json'))
  const id = typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type ?? 'see text')
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
  const texts = files
    .toSorted()
    .map((file) => readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
  return { id, text: texts.length === 0 ? standardText(name, id) : texts.join('\n\n') }
}

function noticesText() {
  /** Packages that share one text are named together above it. */
  const groups = new Map()
  for (const [key, folder] of runtimePackages()) {
    const { id, text } = licenceOf(folder)
    groups.set(text, [...(groups.get(text) ?? []), `${key} (${id})`])
  }
  const sections = [...groups].map(([body, names]) => {
    const fence = body.includes('```') ? '~~~~' : '```'
    return `## ${names.length === 1 ? names[0] : `${names.length} packages`}\n\n${
      names.length === 1 ? '' : `${names.map((name) => `- ${name}`).join('\n')}\n\n`
    }${fence}\n${body}\n${fence}\n`
  })
  return [
    '# Third-party notices\n',
    'Maskwright contains or uses the software below. Written by `node bin/notices.mjs`; do not edit.\n',
    CREDITS,
    ...sections,
  ].join('\n')
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

const text = noticesText()
const stale = TARGETS.filter((target) => {
  const file = path.join(ROOT, target)
  return !existsSync(file) || readFileSync(file, 'utf8') !== text
})
if (process.argv.includes('--check')) {
  for (const target of stale) console.error(`${target} is not up to date: run "node bin/notices.mjs"`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const target of stale) writeFileSync(path.join(ROOT, target), text)
  console.log(stale.length === 0 ? 'up to date' : `written: ${stale.join(', ')}`)
}
