/**
 * Permissions beyond those of a task: asked for on a terminal; elsewhere the error prints the command that has them.
 *
 * @module
 */

import deno from "../../deno.json" with { type: "json" };
import { dirname, resolve } from "@std/path";
import { dataFile } from "../../lib/data/file_names.ts";
import { DENO, quoted, taskCommand } from "../../tools/shell.ts";
import { UsageError } from "./options.ts";

/** The command that goes on with a run, with npm alone. */
export const resumeCommand = (study: string, folder: string, ...more: readonly string[]): string =>
  [taskCommand(study), ...["--resume", folder, ...more].map(quoted)].join(" ");

/**
 * The path behind links; of a path that is not there yet, the folder above it that is, and the rest. A folder above that may
 * not be looked into is taken as it is named: who granted the path below it has named it so.
 */
export function behindLinks(path: string): string {
  const absolute = (resolve as (path: string) => string)(path);
  // Deno would ask on a terminal.
  if (Deno.permissions.querySync({ name: "read", path: absolute }).state !== "granted") return absolute;
  try {
    return Deno.realPathSync(absolute);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    const above = (dirname as (path: string) => string)(absolute);
    return above === absolute
      ? absolute
      : `${behindLinks(above)}${absolute.slice(above.replace(/\/$/, "").length)}`;
  }
}

/**
 * What is asked for: to read or write below a path, to load the library at it, to run the program of that name, or to connect to
 * a host and port.
 */
type Kind = "read" | "write" | "ffi" | "run" | "net";
const DOING: Readonly<Record<Kind, string>> = {
  read: "read",
  write: "write",
  ffi: "load",
  run: "run",
  net: "connect to",
};
/** Those of paths. */
const OF_PATHS: readonly Kind[] = ["read", "write", "ffi"];

/** The command of a task with one more path granted, and the arguments of this process. */
function commandWith(task: string, kinds: readonly Kind[], path: string, args: readonly string[]): string {
  const tasks: Readonly<Record<string, { readonly command: string }>> = deno.tasks;
  // A study without a task of its own needs what the others are granted.
  const command = tasks[task]?.command ?? deno.tasks.metric.command.replace("/metric/", `/${task}/`);
  const granted = kinds.reduce((so, kind) => {
    const flag = new RegExp(`--allow-${kind}=\\S+`);
    return flag.test(so)
      ? so.replace(flag, (found) => `${found},${quoted(path)}`)
      : so.replace(/^deno run/, (found) => `${found} --allow-${kind}=${quoted(path)}`);
  }, command);
  return [granted.replace(/^deno/, DENO), ...args.map(quoted)].join(" ");
}

/**
 * Requires that a path may be read, written or loaded, behind the links that lead to it, a program run, or a host connected to.
 * On a terminal Deno asks the user.
 *
 * @param task the task, whose command is printed with the permission that is missing
 * @param kinds what is done with the path
 * @param flag the option or variable that names the path: `--data`
 * @throws (rejects) UsageError if a permission is not given
 */
export async function ask(
  task: string,
  kinds: readonly Kind[],
  path: string,
  flag: string,
  args: readonly string[] = Deno.args,
): Promise<void> {
  const need = async (one: string): Promise<void> => {
    for (const kind of kinds) {
      if (await isGranted(kind, one)) continue;
      const { state } = await Deno.permissions.request(descriptor(kind, one));
      if (state === "granted") continue;
      const behind = one === path ? "" : `, which leads to ${one},`;
      const how = one.includes(",")
        ? "a permission flag cannot name a path with a comma: name the folder without one, or link to it"
        : `run  ${commandWith(task, kinds, one, args)}`;
      throw new UsageError(
        `${flag} ${path}${behind} is outside of what the task may ${DOING[kind]}; to allow it: ${how}`,
      );
    }
  };
  await need(path);
  if (kinds.every((kind) => OF_PATHS.includes(kind)) && await isGranted("read", path)) {
    await need(behindLinks(path));
  }
}

/**
 * Requires that data may be read: a folder, or the one that a file is in, or files whose names begin so, since a file is
 * read with those of its data set beside it.
 *
 * @throws (rejects) UsageError if the permission is not given
 */
export async function askForData(
  task: string,
  path: string,
  args: readonly string[] = Deno.args,
): Promise<void> {
  const folder = (dirname as (path: string) => string)(path);
  if (dataFile(path) === null) {
    await ask(task, ["read"], path, "--data", args);
    if (isFolder(path)) return;
  }
  await ask(task, ["read"], folder, "--data", args);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    // Why there is none is said by what reads the data.
    return false;
  }
}

const descriptor = (name: Kind, path: string): Deno.PermissionDescriptor =>
  name === "run" ? { name, command: path } : name === "net" ? { name, host: path } : { name, path };

const isGranted = async (kind: Kind, path: string): Promise<boolean> =>
  (await Deno.permissions.query(descriptor(kind, path))).state === "granted";
