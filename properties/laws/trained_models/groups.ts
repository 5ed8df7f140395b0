/**
 * Trained models by what they have in common.
 *
 * @module
 */

/** Values by a name made of their fields, in the order of the first of each. */
export function grouped<T, Name extends string>(
  values: readonly T[],
  name: (value: T) => Name,
): ReadonlyMap<Name, readonly T[]> {
  return Map.groupBy(values, name);
}

/** The seeds of trained models, in increasing order, one by one. */
export function seedsOf(models: readonly { readonly seed: number }[]): readonly number[] {
  return [...new Set(models.map(({ seed }) => seed))].toSorted((a, b) => a - b);
}

/** The first name that more than one value has; undefined where all differ. */
export function firstTwice<T>(values: readonly T[], name: (value: T) => string): string | undefined {
  return [...grouped(values, name)].find(([, same]) => same.length > 1)?.[0];
}
