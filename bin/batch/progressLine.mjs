/** A line on a terminal is rewritten this often. */
const REDRAW_MS = 100
/** A log (no terminal) gets a line per stage, then one at each tenth of the way, at most this often. */
const LOG_MS = 1000

/**
 * Shows the progress of a command: one line that rewrites itself on a terminal, plain lines elsewhere.
 *
 * @param {{ write: (text: string) => unknown, isTTY?: boolean, columns?: number }} stream
 * @param {() => number} nowMs
 */
export function createProgressLine(stream, nowMs) {
  let drawnAt = -Infinity
  let isDrawn = false
  let lastTitle = ''
  let lastTenth = -1

  const clear = () => {
    if (isDrawn) stream.write('\r\u001b[K')
    isDrawn = false
  }
  return {
    /** @param {{ title: string, done: number, total: number, note: string }} progress */
    show({ title, done, total, note }) {
      const share = total > 0 ? Math.min(1, done / total) : 0
      const text = [title, total > 0 ? `${done} of ${total}` : '', note]
        .filter((part) => part !== '')
        .join(', ')
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
      const tenth = Math.floor(share * 10)
      const isNewStage = title !== lastTitle
      if (!isNewStage && (tenth === lastTenth || (nowMs() - drawnAt < LOG_MS && done < total))) return
      drawnAt = nowMs()
      lastTitle = title
      lastTenth = tenth
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
