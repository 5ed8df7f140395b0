/**
 * Cases that are examined together before fast-check asks for them one by one, so that a subject in another process gathers their
 * calls into one message. fast-check sees the same outcomes in the same order.
 *
 * @module
 */

import fc from "fast-check";

/** Examines a case, unless that was done ahead. */
export interface Examined<T, Found> {
  (given: T): Promise<Found>;
  /**
   * Says which cases will be asked for, and how many of them to examine together.
   *
   * @param first the first so many cases, in the order in which they will be asked for
   * @param expected how many there will be, if none is refused
   */
  ahead(first: (count: number) => readonly T[], expected: number, atOnce: number): void;
}

/** The examination of a case, which {@link Examined.ahead} lets be made together with that of the cases after it. */
export function examinedAtOnce<T, Found>(examine: (given: T) => Promise<Found>): Examined<T, Found> {
  let waiting: readonly { readonly key: string; readonly given: T }[] = [], together = 0, drawn = 0;
  let draw = (_: number): void => {};
  const outcomes = new Map<string, Promise<Found>>();
  const examined = (given: T): Promise<Found> => {
    if (together === 0) return examine(given);
    const wanted = fc.stringify(given);
    // Where cases are refused, others are drawn for them.
    if (waiting.length === 0 && !outcomes.has(wanted)) draw(2 * drawn);
    const first = outcomes.has(wanted) ? -1 : waiting.findIndex(({ key }) => key === wanted);
    if (first >= 0) {
      outcomes.clear();
      for (const { key, given } of waiting.slice(first, first + together)) {
        const outcome = examine(given);
        // Whoever asks for it hears of its error.
        outcome.catch(() => {});
        outcomes.set(key, outcome);
      }
      waiting = waiting.slice(first + together);
    }
    return outcomes.get(wanted) ?? examine(given);
  };
  return Object.assign(examined, {
    ahead(first: (count: number) => readonly T[], expected: number, atOnce: number): void {
      together = atOnce;
      draw = (count) => {
        waiting = first(count).slice(drawn).map((given) => ({ key: fc.stringify(given), given }));
        drawn = count;
      };
      draw(expected);
    },
  });
}
