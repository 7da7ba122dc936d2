/** The Images stage: drawn by the next commit. */
export function ImagesScreen() {
  return <main className="page" aria-label="Images" />
}
