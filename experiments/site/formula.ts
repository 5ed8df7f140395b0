/**
 * Formulas of docstrings, which are Unicode so that an editor shows them as they are, as TeX.
 *
 * @module
 */

/** Words that are set upright: by commands of TeX's own, and others. Letters side by side are a product else. */
const FUNCTIONS = ["log", "exp", "max", "min", "det", "cos", "sin", "sinh"];
const NAMES = ["KL", "ELBO", "GRAE", "tr", "diag", "cum", "step", "steps", "value"];

/** Signs that TeX has other names for; all else KaTeX takes as it is, Greek letters and ², ₛ, ⁻¹ among them. */
const SIGNS: Readonly<Record<string, string>> = {
  "½": "\\tfrac12 ",
  "ᵀ": "^\\top ",
  "·": "\\cdot ",
  "…": "\\ldots ",
  "#": "\\#",
};

/** The place of the bracket that closes the one at a place. @throws SyntaxError if none does */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at;
  }
  throw new SyntaxError(`a formula must close its brackets, but it is ${text}`);
}

/** √w and √(x + y) with a bar over what they are of. */
function withRoots(text: string): string {
  const at = text.indexOf("√");
  if (at < 0) return text;
  const bracketed = text[at + 1] === "(";
  const end = bracketed ? closing(text, at + 1) : at + 1;
  const inside = text.slice(at + 1 + Number(bracketed), end + Number(!bracketed));
  return `${text.slice(0, at)}\\sqrt{${withRoots(inside)}}${withRoots(text.slice(end + 1))}`;
}

/**
 * A formula in TeX: (a/b) becomes a fraction, a name upright, a star behind a letter an exponent, ‖ between spaces a sign of its
 * own. Sums are written ∑, since Σ is a covariance.
 *
 * @throws SyntaxError if a bracket is not closed, or there is TeX in it
 */
export function formulaToTex(formula: string): string {
  if (/[\\{}$]/.test(formula.replaceAll(/_\{[^{}\\]*\}/g, ""))) {
    throw new SyntaxError(`a formula must be Unicode without TeX, but it is ${formula}`);
  }
  return withRoots(formula)
    .replaceAll(/(?<![\p{L}\p{M}\d)])\(([^()/\s]+)\/([^()/\s]+)\)/gu, "\\frac{$1}{$2}")
    .replaceAll(
      /(?<![\\A-Za-z])[A-Za-z]{2,}/g,
      (word) =>
        FUNCTIONS.includes(word) ? `\\${word} ` : NAMES.includes(word) ? `\\operatorname{${word}}` : word,
    )
    .replaceAll(/(?<=[\p{L}}])\*/gu, "^*")
    .replaceAll(" ‖ ", "\\,\\Vert\\,")
    .replaceAll("‖", "\\Vert ")
    .replaceAll(/[½ᵀ·…#]/g, (sign) => SIGNS[sign]!);
}
