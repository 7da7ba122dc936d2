/**
 * The batch commands as data: usage text, option parsing and validation all read this table.
 * `kind` says what a value must be; `needs` names what this version cannot do yet.
 *
 * @typedef {'folder' | 'file' | 'outFile' | 'outFolder' | 'text' | 'integer' | 'number' | 'json' | 'flag' | 'modelFolder' | 'segmenter' | 'backbone'} OptionKind
 * @typedef {{ kind: OptionKind, hint?: string, required?: true, help: string, minimum?: number }} OptionSpec
 * @typedef {{ summary: string, options: Record<string, OptionSpec> }} CommandSpec
 */

const images = {
  kind: 'folder',
  hint: 'DIR',
  required: true,
  help: 'folder of png, jpg, bmp or webp images, searched with its sub-folders',
}
const params = { kind: 'json', hint: 'JSON', help: 'further settings, such as \'{"shrink": 0.1}\'' }
const seed = { kind: 'integer', hint: 'N', minimum: 0, help: 'equal seeds give equal results' }
const backbone = {
  kind: 'backbone',
  hint: 'ID|FILE',
  help: 'embedded (default), or the ONNX file of a DINOv2 or a feature pyramid',
}
const backend = {
  kind: 'text',
  hint: 'webgpu|wasm|cpu',
  help: 'where training computes; without it the best that passes its self-test',
}

/** @type {Record<string, CommandSpec>} */
export const COMMANDS = {
  propose: {
    summary: 'boxes -> masks',
    options: {
      images,
      annotations: { kind: 'file', hint: 'BOXES.json', required: true, help: 'COCO file with the boxes' },
      out: { kind: 'outFile', hint: 'FILE', required: true, help: 'the same annotations with masks' },
      generator: { kind: 'text', hint: 'ID', help: 'box-fill, otsu or segmenter (default)' },
      model: {
        kind: 'segmenter',
        hint: 'FILES',
        help: 'embedded (default), or encoder and decoder: enc.onnx,dec.onnx',
      },
      params,
    },
  },
  cam: {
    summary: 'image labels -> masks',
    options: {
      images,
      labels: {
        kind: 'file',
        hint: 'LABELS.json',
        required: true,
        help: '{file_name: [class, …]}, [] = clean',
      },
      out: { kind: 'outFile', hint: 'FILE', required: true, help: 'COCO file with masks and image scores' },
      backbone,
      seed,
      params,
      backend,
    },
  },
  train: {
    summary: 'masks, boxes or image labels -> student',
    options: {
      images,
      annotations: { kind: 'file', hint: 'FILE', help: 'COCO file with boxes or masks; recipe box needs it' },
      labels: {
        kind: 'file',
        hint: 'FILE',
        help: '{file_name: [class, …]}, [] = clean; recipe cam needs it, and boxes win',
      },
      val: { kind: 'file', hint: 'FILE', help: 'COCO file with reviewed masks to choose the best epoch by' },
      recipe: {
        kind: 'text',
        hint: 'box|cam',
        required: true,
        help: 'what the student learns from: box (boxes or masks) or cam (image labels)',
      },
      out: {
        kind: 'outFolder',
        hint: 'DIR',
        required: true,
        help: 'model.onnx, model.json, run.json, corrected.json',
      },
      student: { kind: 'text', hint: 'ID', help: 'light (default), unet or dino-boxes2pixels' },
      preset: {
        kind: 'text',
        hint: 'NAME',
        help: "student and settings of a run of the paper's code, such as dino_final (docs/students.md)",
      },
      backbone,
      epochs: { kind: 'integer', hint: 'N', minimum: 1, help: 'passes over the images' },
      minutes: { kind: 'number', hint: 'M', minimum: 0, help: 'stop after so many minutes' },
      seed,
      'model-form': {
        kind: 'text',
        hint: 'head|whole',
        help: 'head (default): the backbone is named; whole: it is inside model.onnx',
      },
      params,
      backend,
    },
  },
  predict: {
    summary: 'student -> masks',
    options: {
      images,
      model: {
        kind: 'modelFolder',
        hint: 'DIR',
        required: true,
        help: 'folder of train with model.onnx and model.json',
      },
      out: {
        kind: 'outFile',
        hint: 'FILE',
        required: true,
        help: 'COCO file with one scored mask per instance',
      },
      backbone: {
        kind: 'backbone',
        hint: 'FILE',
        help: 'ONNX file of the backbone that the model was trained on, when it is not embedded',
      },
      threshold: {
        kind: 'number',
        hint: 'P',
        minimum: 0,
        help: 'probability from which a pixel is defect, 0 to 1; without it that of the model',
      },
      tta: { kind: 'flag', help: 'average over flips (not in this version)' },
      fusion: { kind: 'json', hint: 'JSON', help: 'combine several models (not in this version)' },
    },
  },
  evaluate: {
    summary: 'masks against truth',
    options: {
      truth: { kind: 'file', hint: 'FILE', required: true, help: 'COCO file with the true masks' },
      predictions: { kind: 'file', hint: 'FILE', required: true, help: 'COCO file, or a bare results list' },
      json: { kind: 'flag', help: 'print the numbers as JSON' },
    },
  },
}

/** Usage of all commands, or of one. @param {string | null} command */
export function usageText(command) {
  const names = command === null ? Object.keys(COMMANDS) : [command]
  const lines = ['Usage: npm run maskwright -- <command> [options]', '']
  for (const name of names) {
    const spec = COMMANDS[name]
    lines.push(`  ${name.padEnd(9)} ${spec.summary}`)
    for (const [option, { hint, required, help }] of Object.entries(spec.options)) {
      const flag = `--${option}${hint === undefined ? '' : ` ${hint}`}`
      lines.push(`      ${flag.padEnd(26)} ${help}${required ? ' (required)' : ''}`)
    }
    lines.push('')
  }
  lines.push(
    'Results go to standard output, progress and findings to standard error.',
    'Exit code: 0 done, 1 failed, 2 wrong usage.',
  )
  return lines.join('\n')
}
