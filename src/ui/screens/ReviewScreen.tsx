/** The Review stage: drawn by the next commit. */
export function ReviewScreen() {
  return <main className="page" aria-label="Review" />
}
