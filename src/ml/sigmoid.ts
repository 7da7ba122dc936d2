/** Logit to probability: 1 / (1 + e^-x). */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}
