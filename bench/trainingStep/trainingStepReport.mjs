import { circumstances } from '../report/circumstances.mjs'
import { markdownTable, secondsText } from '../report/markdownTable.mjs'

const MIB = 2 ** 20

/** The section of the report: steps beside PyTorch, a default training, memory. */
export function trainingStepReport({ measured, memory, whole, large, rounds, batch }) {
  return [
    '## Training step',
    `${circumstances('wasm')}. Examples of 224 x 224 px, batch ${batch}, self-correction on, features given; the product's trainer in its worker in Chromium beside PyTorch with the same network, losses, AdamW, clipping, average and batch assembly. ${rounds} rounds in turns; each number is the median of the rounds' medians, a ratio the median of the rounds' ratios. Other work shared the cores, so the clock says little by itself; processor time is of all threads together.`,
    ...measured.map(studentTable),
    ...(whole === null ? [] : [wholeRun(whole, measured[0], batch)]),
    memoryText(memory, large),
  ].join('\n\n')
}

function studentTable({ studentId, turns }) {
  const rows = [
    [
      'student',
      'where',
      'threads',
      'step',
      'images/s',
      'processor time',
      'step, PyTorch = 1',
      'processor time, PyTorch = 1',
    ],
  ]
  const row = (where, threads, of, yardstickOf) => {
    const ms = median(turns.map((turn) => median(of(turn).ms)))
    const cpu = turns.map((turn) => of(turn).cpuMs).filter((value) => value !== null)
    const hasYardstick = turns.every((turn) => yardstickOf(turn) !== null)
    const ratio = (pick) =>
      hasYardstick
        ? `${median(turns.map((turn) => pick(of(turn)) / pick(yardstickOf(turn)))).toFixed(2)} x`
        : '–'
    rows.push([
      studentId,
      where,
      String(threads),
      `${ms.toFixed(0)} ms`,
      (8000 / ms).toFixed(1),
      cpu.length === 0 ? '–' : `${median(cpu).toFixed(0)} ms`,
      ratio(({ ms: all }) => median(all)),
      cpu.length === 0 ? '–' : ratio(({ cpuMs }) => cpuMs),
    ])
  }
  const torch = turns[0].torchOne
  if (torch !== null) {
    row(
      `PyTorch ${torch.version}`,
      1,
      (turn) => turn.torchOne,
      (turn) => turn.torchOne,
    )
    row(
      `PyTorch ${torch.version}`,
      2,
      (turn) => turn.torchTwo,
      (turn) => turn.torchTwo,
    )
  }
  row(
    'Chromium',
    1,
    (turn) => turn.one,
    (turn) => turn.torchOne,
  )
  row(
    'Chromium',
    2,
    (turn) => turn.two,
    (turn) => turn.torchTwo,
  )
  const isSame = turns.every(({ one, two }) => one.losses.every((loss, i) => loss === two.losses[i]))
  return `${markdownTable(rows)}\n\nLosses with one thread and with two: ${isSame ? 'the same to the last digit' : 'DIFFERENT'}.`
}

function wholeRun({ steps, wallSeconds, epochs, before, uses, backend }, { turns }, batch) {
  const cpu =
    before && uses.at(-1)
      ? `, ${secondsText((uses.at(-1).cpuMs - before.cpuMs) / 1000)} of processor time`
      : ''
  const torch = turns[0].torchTwo === null ? null : median(turns.map(({ torchTwo }) => median(torchTwo.ms)))
  const yardstick =
    torch === null
      ? ''
      : ` PyTorch with two threads needs ${secondsText((torch * steps) / 1000)} for as many steps at its pace above.`
  return `Default training on 60 images (upright and mirrored), ${epochs.length} epochs, ${steps} steps of ${batch}, from the call to the exported network, on ${backend}: **${secondsText(wallSeconds)}**${cpu}.${yardstick}`
}

function memoryText(samples, large) {
  const rows = [
    ['after step', 'tensors', 'wasm memory', 'JavaScript heap'],
    ...samples.map(({ step, tensors, wasmBytes, jsHeapBytes }) => [
      String(step),
      String(tensors),
      `${(wasmBytes / MIB).toFixed(1)} MiB`,
      `${(jsHeapBytes / MIB).toFixed(1)} MiB`,
    ]),
  ]
  const largeText =
    large === null
      ? []
      : [
          `1,000 images of cached features, upright and mirrored, a minute of the first epoch: the renderer's resident memory peaked at ${(large.peakBytes / MIB).toFixed(0)} MiB, ${((large.peakBytes - large.before.residentBytes) / MIB).toFixed(0)} MiB above what it held before the call (sampled each second; page and worker lie in the same process).`,
        ]
  return [
    `Memory of the training loop in node, batch 2, after garbage collection:`,
    markdownTable(rows),
    ...largeText,
  ].join('\n\n')
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
