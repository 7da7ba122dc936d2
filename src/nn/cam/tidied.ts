import { tf } from '../tf'

/** `tf.tidy` for records of tensors: its own type knows no interfaces. */
export function tidied<T extends object>(compute: () => T): T {
  return tf.tidy(compute as unknown as () => tf.TensorContainer) as T
}
