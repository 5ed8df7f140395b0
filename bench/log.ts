/** Shows how far the benchmark is, on stderr, so that stdout holds results alone. */
export function log(line: string): void {
  console.error(line);
}
