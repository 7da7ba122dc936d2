/**
 * Writes a file of the private file system: `createWritable` writes beside it and swaps on close, so that a reader sees
 * all bytes or the former ones; what a crash can leave of a new file is an empty one.
 */
export async function writeWhole(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true })
  const stream = await handle.createWritable()
  try {
    await stream.write(bytes.slice())
    await stream.close()
  } catch (error) {
    // After a failed write the stream is closed already and refuses; the failure to report is the first one.
    await stream.abort().catch(() => undefined)
    throw error
  }
}
