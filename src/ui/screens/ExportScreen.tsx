/** The Export stage: drawn by the next commit. */
export function ExportScreen() {
  return <main className="page" aria-label="Export" />
}
