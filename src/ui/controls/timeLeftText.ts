/** Time left in words short enough for the status bar: "8 s left", "about 4 min left". */
export function timeLeftText(seconds: number): string {
  if (seconds < 1) return 'almost done'
  if (seconds < 90) return `${Math.round(seconds)} s left`
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min left`
  return `about ${(seconds / 3600).toFixed(1)} h left`
}
