/**
 * How processes are started, by tasks, tools and tests alike: with which environment, and with which permissions.
 *
 * @module
 */

import { isAbsolute, relative } from "@std/path";

/**
 * Variables that no child is given. Those of the dynamic loader can replace a program's code: Deno refuses to hand them on
 * under a list of programs. By the last one `deno test --coverage` counts lines in children, too: they would write there, and
 * a child whose disk is full, as a test may want it, would say that it cannot.
 */
const WITHHELD = /^(LD|DYLD)_|^DENO_COVERAGE_DIR$/i;

/**
 * A command whose process has the environment of this one without `LD_*`, `DYLD_*` and `DENO_COVERAGE_DIR`. Reading the
 * environment needs `--allow-env`; without it the environment is handed on as it is, which Deno refuses where it holds a
 * variable of the dynamic loader.
 *
 * @param program a name on PATH, or a path; it must be permitted
 */
export function childCommand(program: string, options: Deno.CommandOptions = {}): Deno.Command {
  if (Deno.permissions.querySync({ name: "env" }).state !== "granted") {
    return new Deno.Command(program, options);
  }
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !WITHHELD.test(name));
  return new Deno.Command(program, {
    ...options,
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), ...options.env },
  });
}

/**
 * Why a program could not be started, in one line.
 *
 * @param error what `spawn` or `output` threw
 * @throws TypeError if that is no error
 */
export function whyNotStarted(program: string, error: unknown): string {
  if (!(error instanceof Error)) {
    throw new TypeError(`whyNotStarted: error must be an Error, but is ${error}`);
  }
  const [line] = error.message.split("\n") as [string];
  const refused = error instanceof Deno.errors.NotCapable;
  if (refused && Deno.permissions.querySync({ name: "run", command: program }).state === "granted") {
    // The program is granted, so that it is the environment which is refused: Deno names the variables.
    return `${line.replace(/\.$/, "")}; with --allow-env it is started without them`;
  }
  return error instanceof Deno.errors.NotFound || refused
    ? `${program} must be on PATH, and granted with --allow-run=${program}`
    : line;
}

/**
 * A path as a permission flag can name it: Deno cuts these flags at commas and knows no escape, so that an absolute path
 * with a comma is named from the current folder.
 *
 * @param here the current folder, from which the child takes relative paths as well
 * @returns undefined if there is a comma in the relative path, too
 */
export function grantedPath(path: string, here = Deno.cwd()): string | undefined {
  const named = path.includes(",") && isAbsolute(path) ? relative(here, path) || "." : path;
  return named.includes(",") ? undefined : named;
}

/**
 * The flag that grants what is named: paths, or programs.
 *
 * @throws RangeError if a path cannot be named
 */
export function permission(kind: "read" | "write" | "ffi" | "run", paths: readonly string[]): string {
  const named = paths.map((path) => {
    const name = grantedPath(path);
    if (name === undefined) {
      throw new RangeError(
        `--allow-${kind} cannot name a path with a comma, but it is ${JSON.stringify(path)}`,
      );
    }
    return name;
  });
  return `--allow-${kind}=${named.join(",")}`;
}
