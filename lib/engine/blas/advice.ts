/**
 * What to do for a BLAS, in one line, where there is none.
 *
 * @module
 */

import { BLAS_PATHS, type Unusable } from "./blas.ts";

/** How a library is installed, by the name of a Linux distribution or of one that it is like. */
const PACKAGES: Readonly<Record<string, string>> = {
  debian: "apt-get install libopenblas0-pthread, or libdnnl3 (libdnnl2 in older releases)",
  ubuntu: "apt-get install libopenblas0-pthread, or libdnnl3 (libdnnl2 in older releases)",
  fedora: "dnf install onednn",
  rhel: "dnf install onednn",
  arch: "pacman -S openblas",
  suse: "zypper install libopenblas_pthreads0",
  alpine: "take an image with glibc, since deno cannot load a library for musl",
};
const ANY_PACKAGE = "install the package of oneDNN or OpenBLAS, such as libopenblas0-pthread or onednn";

/** Where a Linux says which it is. */
export const RELEASE_FILE = "/etc/os-release";

/**
 * The advice.
 *
 * @param tried libraries that were looked for, and why they are not used
 * @param os the operating system, as `Deno.build.os`
 * @param release the text of {@link RELEASE_FILE}; null where it is not known
 */
export function blasAdvice(tried: readonly Unusable[], os: string, release: string | null): string {
  return [
    `no BLAS is in use, and one makes a step 3 to 4 times faster: ${howOn(os, release)}`,
    "a program of your own needs --allow-ffi=PATH, and GRAE_BLAS=PATH names a library elsewhere",
    ...refusals(tried),
  ].join("; ");
}

/** What was wrong with each library that is here and permitted. */
export function refusals(tried: readonly Unusable[]): string[] {
  const absent = /^not permitted|^could not open: (no such file|.*could not be found)/i;
  return tried.filter(({ reason }) => !absent.test(reason)).map(({ path, reason }) =>
    `${path} was not taken: ${reason}`
  );
}

/** How to have a library on a system. */
function howOn(os: string, release: string | null): string {
  const [usual] = BLAS_PATHS[os] ?? [];
  if (os === "darwin") return `permit ${usual}, which is there`;
  if (os !== "linux") return usual === undefined ? ANY_PACKAGE : `put OpenBLAS at ${usual}`;
  const ids = ["ID", "ID_LIKE"].flatMap((field) =>
    new RegExp(`^${field}="?([^"\\n]*)"?$`, "m").exec(release ?? "")?.[1]?.split(" ") ?? []
  );
  return ids.flatMap((id) => PACKAGES[id] ?? [])[0] ?? ANY_PACKAGE;
}

/** The advice for this system; which Linux it is must be permitted to be read. */
export function blasAdviceHere(tried: readonly Unusable[]): string {
  const mayRead = Deno.permissions.querySync({ name: "read", path: RELEASE_FILE }).state === "granted";
  return blasAdvice(tried, Deno.build.os, mayRead ? textOf(RELEASE_FILE) : null);
}

function textOf(file: string): string | null {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    return null;
  }
}
