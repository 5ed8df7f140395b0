/**
 * Where a report reads from: a folder of files, on a disk or in memory.
 *
 * @module
 */

/** A folder whose files are read by name. */
export interface Source {
  /** The folder's own name, without those above it, so that a site does not depend on where it was made. */
  readonly name: string;
  /**
   * The bytes of one of its files.
   *
   * @throws (rejects) DataError if there is none, or it cannot be read
   */
  read(file: string): Promise<Uint8Array>;
}

/** A file of a folder as text. @throws (rejects) DataError if there is none, or it cannot be read */
export async function readText(source: Source, file: string): Promise<string> {
  return new TextDecoder().decode(await source.read(file));
}
