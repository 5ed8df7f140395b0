/**
 * Binary files as text in modules: imported like any other module, without a flag, a permission or a network, by every
 * runtime and bundler, and published as they are.
 *
 * `deno task embed` writes the other modules of this folder.
 *
 * @module
 */

/** The bytes in a text: gzip in base64. */
export async function inflated(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
