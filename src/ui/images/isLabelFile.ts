/** By its name: JSON and CSV are never pictures. */
export function isLabelFile(path: string): boolean {
  return /\.(?:json|csv)$/i.test(path)
}
