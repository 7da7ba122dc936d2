import { assert } from '../../../core/assert'
import type { KernelSum } from './meanField'
import { createLatticeKeys } from './latticeKeys'

/**
 * Gaussian sums in d dimensions on the permutohedral lattice: out[i] ~ c sum_j exp(-|f_i - f_j|^2 / 2) values[j], with
 * one constant c for all i, which a normalised CRF divides out again.
 * Splat each value onto the d + 1 corners of the simplex it lies in, blur the lattice points along its d + 1 axes with
 * (1/2, 1, 1/2), slice back with the same weights. The structure is built once; a sum costs O(N d + lattice points).
 * Adams, Baek and Davis, "Fast high-dimensional filtering using the permutohedral lattice" (2010), sections 3 and 4.
 *
 * @param features (N, d), each axis in units of its standard deviation
 */
export function permutohedralSum(features: Float32Array, dimensions: number): KernelSum {
  assert(features.length % dimensions === 0, 'every point needs all its coordinates')
  const count = features.length / dimensions
  const { corners, weights, neighbours, pointCount } = buildLattice(features, dimensions, count)
  const corner = dimensions + 1
  // Lattice point 0 stands for "not there" and stays 0.
  let lattice = new Float32Array(pointCount + 1)
  let blurred = new Float32Array(pointCount + 1)
  return (values, out) => {
    lattice.fill(0)
    for (let i = 0, at = 0; i < count; i++) {
      const value = values[i]!
      for (let k = 0; k < corner; k++, at++) lattice[corners[at]!]! += weights[at]! * value
    }
    for (let axis = 0; axis < corner; axis++) {
      const before = 2 * axis * (pointCount + 1)
      const after = before + pointCount + 1
      for (let m = 1; m <= pointCount; m++) {
        blurred[m] =
          lattice[m]! + 0.5 * (lattice[neighbours[before + m]!]! + lattice[neighbours[after + m]!]!)
      }
      const held = lattice
      lattice = blurred
      blurred = held
    }
    for (let i = 0, at = 0; i < count; i++) {
      let sum = 0
      for (let k = 0; k < corner; k++, at++) sum += weights[at]! * lattice[corners[at]!]!
      out[i] = sum
    }
  }
}

interface Lattice {
  /** (N, d + 1) lattice points, from 1, of the simplex each feature lies in. */
  readonly corners: Int32Array
  /** (N, d + 1) barycentric weights, summing to 1. */
  readonly weights: Float32Array
  /** (d + 1, 2, points + 1): the lattice point before and after each along every axis; 0 where there is none. */
  readonly neighbours: Int32Array
  readonly pointCount: number
}

function buildLattice(features: Float32Array, d: number, count: number): Lattice {
  const keys = createLatticeKeys(d, count)
  const corners = new Int32Array(count * (d + 1))
  const weights = new Float32Array(count * (d + 1))
  const scale = axisScales(d)
  const elevated = new Float64Array(d + 1)
  const nearest = new Int32Array(d + 1) // the remainder-0 lattice point of the simplex
  const rank = new Int32Array(d + 1)
  const barycentric = new Float64Array(d + 2)
  const key = new Int32Array(d)
  for (let i = 0; i < count; i++) {
    elevate(features, i * d, scale, elevated)
    findSimplex(elevated, nearest, rank)
    barycentricWeights(elevated, nearest, rank, barycentric)
    for (let remainder = 0; remainder <= d; remainder++) {
      // Corner with that remainder: the remainder-0 point plus (r, .., r, r - (d + 1), ..) by rank.
      for (let a = 0; a < d; a++) {
        key[a] = nearest[a]! + (rank[a]! <= d - remainder ? remainder : remainder - (d + 1))
      }
      corners[i * (d + 1) + remainder] = keys.add(key)
      weights[i * (d + 1) + remainder] = barycentric[remainder]!
    }
  }
  return { corners, weights, neighbours: findNeighbours(keys, d), pointCount: keys.size() }
}

/**
 * Feature axis a is stretched by 1 / sqrt((a + 1)(a + 2)), the length of its column of the elevation, and by
 * (d + 1) sqrt(2 / 3), so that the blur of the lattice has standard deviation 1 in feature units (section 4.1).
 */
function axisScales(d: number): Float64Array {
  return Float64Array.from(
    { length: d },
    (_, a) => ((d + 1) * Math.sqrt(2 / 3)) / Math.sqrt((a + 1) * (a + 2)),
  )
}

/** Onto the hyperplane of coordinate sum 0 in d + 1 dimensions, by the triangular basis of the paper's figure 4. */
function elevate(features: Float32Array, at: number, scale: Float64Array, into: Float64Array): void {
  let tail = 0
  for (let a = scale.length; a > 0; a--) {
    const stretched = features[at + a - 1]! * scale[a - 1]!
    into[a] = tail - a * stretched
    tail += stretched
  }
  into[0] = tail
}

/** The nearest remainder-0 point (coordinates multiples of d + 1, sum 0), and each coordinate's rank by its residual. */
function findSimplex(elevated: Float64Array, nearest: Int32Array, rank: Int32Array): void {
  const corner = elevated.length
  let excess = 0
  for (let a = 0; a < corner; a++) {
    const rounded = Math.round(elevated[a]! / corner)
    nearest[a] = rounded * corner
    excess += rounded
  }
  rank.fill(0)
  for (let a = 0; a < corner - 1; a++) {
    const residual = elevated[a]! - nearest[a]!
    for (let b = a + 1; b < corner; b++) {
      if (residual < elevated[b]! - nearest[b]!) rank[a]!++
      else rank[b]!++
    }
  }
  // Rounded coordinates may not sum to 0: those that were rounded the farthest go back.
  for (let a = 0; a < corner; a++) {
    rank[a]! += excess
    if (rank[a]! < 0) {
      rank[a]! += corner
      nearest[a]! += corner
    } else if (rank[a]! >= corner) {
      rank[a]! -= corner
      nearest[a]! -= corner
    }
  }
}

/** Proposition 4.2: differences of the sorted residuals; `into[r]` is the weight of the corner with remainder r. */
function barycentricWeights(
  elevated: Float64Array,
  nearest: Int32Array,
  rank: Int32Array,
  into: Float64Array,
): void {
  const corner = elevated.length
  into.fill(0)
  for (let a = 0; a < corner; a++) {
    const share = (elevated[a]! - nearest[a]!) / corner
    into[corner - 1 - rank[a]!]! += share
    into[corner - rank[a]!]! -= share
  }
  into[0]! += 1 + into[corner]!
}

/** Along axis a the neighbours are key -+ (1, .., 1) +- (d + 1) e_a; only the first d coordinates are kept in keys. */
function findNeighbours(keys: ReturnType<typeof createLatticeKeys>, d: number): Int32Array {
  const points = keys.size()
  const neighbours = new Int32Array((d + 1) * 2 * (points + 1))
  const before = new Int32Array(d)
  const after = new Int32Array(d)
  for (let axis = 0; axis <= d; axis++) {
    const at = 2 * axis * (points + 1)
    for (let m = 1; m <= points; m++) {
      for (let a = 0; a < d; a++) {
        const value = keys.coordinate(m, a)
        before[a] = a === axis ? value + d : value - 1
        after[a] = a === axis ? value - d : value + 1
      }
      neighbours[at + m] = keys.find(before)
      neighbours[at + points + 1 + m] = keys.find(after)
    }
  }
  return neighbours
}
