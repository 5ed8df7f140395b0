/** A word as a shell reads it back: in quotes where it holds anything but letters, digits and what stands for itself. */
export function quoted(word: string): string {
  return /^[\w@%+=:./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
