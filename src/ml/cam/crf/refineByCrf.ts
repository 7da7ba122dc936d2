import { denseCrf } from './denseCrf'
import { denseCrfLattice } from './denseCrfLattice'
import type { CrfInput } from './meanField'

/** Up to so many pixels the exact form takes less time than a person notices. */
const EXACT_PIXELS = 32 * 32

/** Dense CRF, exact on small pictures, on the lattice above. Q, (K + 1, height, width). */
export function refineByCrf(input: CrfInput): Float32Array<ArrayBuffer> {
  return input.image.width * input.image.height <= EXACT_PIXELS ? denseCrf(input) : denseCrfLattice(input)
}
