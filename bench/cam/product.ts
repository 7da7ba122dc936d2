/** The product's drawn pictures, whose truth is known. Loaded by Vite for `generatedSet.mjs`. */
export { generateSample } from '../../src/ml/sample/generateSample'
