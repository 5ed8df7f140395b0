/** Advance of a character in DejaVu Sans, in em, rounded up within its group; the first group that holds it counts. */
const ADVANCES: readonly [RegExp, number][] = [
  [/[ijl'|]/, 0.34],
  [/[ .,:;()[\]!/\\ft-]/, 0.41],
  [/[rsczxvykJI]/, 0.6],
  [/[mwMWOQ@%+=<>×→−±≤≥≈½]/, 1],
  [/[A-DGHKNRUVXZ]/, 0.78],
];
const OTHER_ADVANCE = 0.64;
const BOLD = 1.15;

/**
 * How wide a text is in the figures' font, rounded up: never less than it is drawn, and at most a quarter more.
 *
 * Without a canvas to measure with, vega takes .8 em for every character; that leaves a third of a chart's title empty.
 *
 * @param text one line
 * @param size font size, in pixels
 * @param bold whether the text is set in bold
 * @returns the width, in pixels
 */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0;
  for (const character of text) em += ADVANCES.find(([group]) => group.test(character))?.[1] ?? OTHER_ADVANCE;
  return em * size * (bold ? BOLD : 1);
}

/**
 * Breaks a text between words into lines that fit.
 *
 * @param text any text without line breaks
 * @param width what a line may take, in pixels
 * @param size font size, in pixels
 * @param bold whether the text is set in bold
 * @returns at least one line; a word that is wider than `width` stays whole, on a line of its own
 */
export function wrapText(text: string, width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last !== undefined && textWidth(longer, size, bold) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
