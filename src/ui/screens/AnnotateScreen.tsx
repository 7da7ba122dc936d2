/** The Annotate stage: drawn by the next commit. */
export function AnnotateScreen() {
  return <main className="page" aria-label="Annotate" />
}
