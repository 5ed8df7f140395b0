/**
 * What the system says when it does not do what it is asked, in one line.
 *
 * @module
 */

/** Errors of the system: a full disk, a file that is a folder, a permission that is not granted. */
export function isOsError(error: unknown): error is Error {
  return error instanceof Error && (
    Object.values(Deno.errors).some((kind) => error instanceof kind) || /\(os error \d+\)/.test(error.message)
  );
}

/**
 * Why the system refused, in one line.
 *
 * Of a permission Deno says with which flag to run again, up to all permissions; here the task says what is granted,
 * and a path outside of that is most often behind a link.
 */
export function osReason({ message }: Error): string {
  const denied = /^Requires (\w+) access to (.+?)(, run again .*)?$/s.exec(message);
  const line = denied
    ? `${denied[2]} is outside of what the task grants; if a link leads there, give the path behind it`
    : message;
  return line.replaceAll(/\s*[\r\n]+\s*/g, " ");
}
