import type { ImportIssue } from '../../core/issues'

/** What a label file says of one picture: the classes that are somewhere in it; none means confirmed clean. */
export interface LabelledFile {
  readonly fileName: string
  readonly classes: readonly string[]
}

/** What a reader of label files brings: the entries it could take, and one issue for each it could not. */
export interface ReadLabels {
  readonly labels: readonly LabelledFile[]
  readonly issues: readonly ImportIssue[]
}
