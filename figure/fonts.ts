/**
 * The fonts that figures are drawn in, normal and bold, so that a picture does not depend on the system's.
 *
 * @returns two TrueType files of the family DejaVu Sans
 */
export async function fonts(): Promise<Uint8Array[]> {
  const [normal, bold] = await Promise.all([
    import("../lib/embedded/font.ts"),
    import("../lib/embedded/font_bold.ts"),
  ]);
  return [await normal.bytes(), await bold.bytes()];
}
