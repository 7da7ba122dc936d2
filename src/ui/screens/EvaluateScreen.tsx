/** The Evaluate stage: drawn by the next commit. */
export function EvaluateScreen() {
  return <main className="page" aria-label="Evaluate" />
}
