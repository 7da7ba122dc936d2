import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { COMMANDS } from './commands.mjs'
import { UsageError } from './batchErrors.mjs'

/**
 * Looks at every path before a browser starts: a training of minutes must not end at a folder that cannot be written.
 * Makes the missing folders of outputs.
 *
 * @param {string} command
 * @param {Record<string, any>} values
 */
export function checkPaths(command, values) {
  for (const [name, { kind, hint }] of Object.entries(COMMANDS[command].options)) {
    const value = values[name]
    if (value === undefined) continue
    if (kind === 'file') requireFile(`--${name}`, value)
    if (kind === 'segmenter') for (const file of value) requireFile(`--${name}`, file)
    if (kind === 'backbone' && value !== 'embedded') requireFile(`--${name}`, value)
    if (kind === 'folder') requireFolder(`--${name} ${hint}`, value)
    if (kind === 'modelFolder') {
      requireFolder(`--${name} ${hint}`, value)
      for (const file of ['model.onnx', 'model.json']) {
        if (!existsSync(path.join(value, file)))
          throw new UsageError(
            `--${name}: "${value}" has no ${file}; give the --out folder of a train command`,
          )
      }
    }
    if (kind === 'outFile') {
      if (existsSync(value) && statSync(value).isDirectory())
        throw new UsageError(
          `--${name}: "${value}" is a folder; name a file, such as ${path.join(value, 'result.json')}`,
        )
      requireWritable(`--${name}`, path.dirname(path.resolve(value)))
    }
    if (kind === 'outFolder') requireWritable(`--${name}`, path.resolve(value))
  }
}

function requireFile(option, file) {
  if (!existsSync(file)) throw new UsageError(`${option}: there is no file "${file}"`)
  if (!statSync(file).isFile()) throw new UsageError(`${option}: "${file}" is a folder, a file is needed`)
  readable(option, file)
}

function requireFolder(option, folder) {
  if (!existsSync(folder)) throw new UsageError(`${option}: there is no folder "${folder}"`)
  if (!statSync(folder).isDirectory())
    throw new UsageError(`${option}: "${folder}" is a file, a folder is needed`)
  readable(option, folder)
}

function readable(option, place) {
  try {
    accessSync(place, constants.R_OK)
  } catch (cause) {
    throw new UsageError(`${option}: "${place}" may not be read (${cause.code})`, { cause })
  }
}

function requireWritable(option, folder) {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new UsageError(
      `${option}: nothing can be written to "${folder}" (${cause.code}); choose another place`,
      {
        cause,
      },
    )
  }
}
