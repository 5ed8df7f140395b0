/**
 * Requires a whole number in a range.
 *
 * @param doing the public function that checks, for the message
 * @param name the argument's name, for the message
 * @param value what was given
 * @param least smallest value allowed
 * @param most largest value allowed
 * @throws RangeError that says what is required and what was given
 */
export function assertWhole(
  doing: string,
  name: string,
  value: number,
  least: number,
  most = Infinity,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${doing}: ${name} must be a whole number ${range}, but it is ${value}`);
}
