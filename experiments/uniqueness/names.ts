import { BLOCK } from "./case.ts";
import type { Turn } from "./parts.ts";

/** What a turn is called: its family, and of blocks, whether their latents stay among themselves. */
export function nameOfTurn({ family, plane: [i, k] }: Turn): string {
  if (family !== "block") return family;
  const isWithin = Math.floor(i / BLOCK) === Math.floor(k / BLOCK);
  return `block, ${isWithin ? "within a block" : "across blocks"}`;
}

/** The values of a field that some things have, in the order in which they come. */
export function valuesOf<T, Name extends keyof T>(of: readonly T[], name: Name): T[Name][] {
  return [...new Set(of.map((one) => one[name]))];
}
