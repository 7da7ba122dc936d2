/**
 * The only import of TensorFlow.js. The whole package is taken: its core alone registers no gradients.
 * Backends other than `cpu` and `webgl` are registered by the worker's entry.
 *
 * Known faults of 4.22 that the code above this file works around: no gradient for dilated convolutions; the
 * gradient of `resizeBilinear` ignores `halfPixelCenters`; the wasm backend has no kernel for the gradient of a
 * convolution's weights and is slow at `matMul` with a transposed operand or a batch; comparison operations
 * cannot be differentiated, so masks are made outside the differentiated part.
 */
export * as tf from '@tensorflow/tfjs'
