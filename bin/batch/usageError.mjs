/** A wrong call: exit code 2. The message names the option or file, what is wrong, and what would help. */
export class UsageError extends Error {
  name = 'UsageError'
}
