/** A line may be rewritten this often; a log (no terminal) gets one line per note and tenth of the way. */
const REDRAW_MS = 100

/**
 * Shows the progress of a command: one line that rewrites itself on a terminal, plain lines elsewhere.
 *
 * @param {{ write: (text: string) => unknown, isTTY?: boolean, columns?: number }} stream
 * @param {() => number} nowMs
 */
export function createProgressLine(stream, nowMs) {
  let drawnAt = -Infinity
  let isDrawn = false
  let lastStep = ''

  const clear = () => {
    if (isDrawn) stream.write('\r\u001b[K')
    isDrawn = false
  }
  return {
    /** @param {{ title: string, done: number, total: number, note: string }} progress */
    show({ title, done, total, note }) {
      const share = total > 0 ? Math.min(1, done / total) : 0
      const text = `${title}: ${done} of ${total}${note === '' ? '' : `, ${note}`}`
      if (stream.isTTY) {
        if (nowMs() - drawnAt < REDRAW_MS && done < total) return
        drawnAt = nowMs()
        clear()
        stream.write(
          `${String(Math.round(100 * share)).padStart(3)} % ${text}`.slice(0, (stream.columns ?? 80) - 1),
        )
        isDrawn = true
        return
      }
      const step = `${title} ${Math.floor(share * 10)}`
      if (step === lastStep) return
      lastStep = step
      stream.write(`${text}\n`)
    },
    /** A line of its own, which stays. @param {string} text */
    say(text) {
      clear()
      stream.write(`${text}\n`)
    },
    clear,
  }
}
