import type { Random } from '../../core/random'

/**
 * One sample of Beta(a, b) in 0..1 by Johnk's method: X = U^(1/a), Y = V^(1/b), drawn again until 0 < X + Y <= 1; then
 * X / (X + Y). Meant for a, b <= 1, where it rejects seldom (at a = b = .6 less than every third pair).
 * Johnk, "Erzeugung von betaverteilten und gammaverteilten Zufallszahlen", Metrika 8 (1964).
 */
export function sampleBeta(a: number, b: number, random: Random): number {
  for (;;) {
    const x = random.next() ** (1 / a)
    const y = random.next() ** (1 / b)
    if (x + y > 0 && x + y <= 1) return x / (x + y)
  }
}
