/** A file the user chose, before anything is read. */
export interface PickedFile {
  /** Relative path with forward slashes (folder picks keep their sub-folders). */
  readonly path: string
  readonly byteLength: number
  bytes(): Promise<Uint8Array<ArrayBuffer>>
}

/** One file that an exporter yields. */
export interface OutputFile {
  readonly path: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface Files {
  /** Opens the folder picker; null when the person closes it. */
  pickFolder(): Promise<readonly PickedFile[] | null>
  pickFiles(options: { accept: string; multiple: boolean }): Promise<readonly PickedFile[] | null>
  /** Saves one file under a name the person may change. */
  save(file: OutputFile): Promise<void>
}
