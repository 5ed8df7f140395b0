/**
 * Visits to pages in a real browser, for tests.
 *
 * @module
 */

import { childCommand, permission } from "../command/process.ts";

/** Debian's path, and Ubuntu's. */
export const BROWSER = "/usr/bin/chromium";

/** A control by its id, and what is typed into it or pressed on it. */
export interface Step {
  readonly control: string;
  /** Its new value; "check" for a radio button. */
  readonly fill?: string;
  /** Keys, one after the other. */
  readonly press?: readonly string[];
}

/** A page to be opened, and what is done there. */
export interface Visit {
  readonly url: string;
  /** Of the window, in CSS pixels. */
  readonly width: number;
  readonly scheme: "light" | "dark";
  /** Steps; the page is read before the first, and after each. */
  readonly steps: readonly Step[];
  /** A PNG file to leave there at the end. */
  readonly screenshot?: string;
}

/** What the page showed at one time. */
export interface Reading {
  /** Numbers by name, with all their digits. */
  readonly numbers: Readonly<Record<string, string>>;
  /** Numbers by name, as a reader sees them. */
  readonly texts: Readonly<Record<string, string>>;
  /** The sentence about them. */
  readonly words: string;
  /** Points of mean-field's curve, and the middle of its marker. */
  readonly curve: string;
  readonly marker: readonly string[];
  /** How much wider the page is than its window, in CSS pixels. */
  readonly overflow: number;
  /** How long the last computation took. */
  readonly milliseconds: number;
}

/** What a visit came to. */
export interface Visited {
  readonly readings: readonly Reading[];
  /** Everything on the console, errors that nobody caught, and requests but that of the page itself. */
  readonly heard: readonly string[];
}

/**
 * Why no browser can be driven, as the end of a test's name; an empty text if one can.
 *
 * @param mayUseDisk whether tests may use the disk
 * @param deno the command that starts deno, if it may be started
 */
export async function findObstacle(mayUseDisk: boolean, deno: string | undefined): Promise<string> {
  if (!mayUseDisk) return "needs --allow-read=. --allow-write=.test";
  if (deno === undefined) return "needs --allow-run=deno";
  if (Deno.permissions.querySync({ name: "run", command: BROWSER }).state !== "granted") {
    return "needs --allow-run=chromium";
  }
  const version = childCommand(BROWSER, { args: ["--version"], stdout: "null", stderr: "null" });
  const starts = await version.output().then(({ success }) => success, () => false);
  return starts ? "" : `needs ${BROWSER}`;
}

/**
 * What the driver's process is granted: to start the browser, to read and write its folder, and the variables and facts of
 * the system that playwright asks for.
 */
const grants = (folder: string): string[] => [
  "--no-prompt",
  permission("run", [BROWSER]),
  permission("read", [BROWSER, folder]),
  permission("write", [folder]),
  "--allow-env",
  "--allow-sys",
];

/**
 * Makes visits, one after the other.
 *
 * @param deno the command that starts deno
 * @param folder where the browser keeps its profile, and where screenshots go
 * @throws (rejects) Error with what the driver wrote, if it fails
 */
export async function visit(deno: string, folder: string, visits: readonly Visit[]): Promise<Visited[]> {
  return await drive<Visited[]>(deno, folder, new URL("./driver.ts", import.meta.url), visits);
}

/**
 * Runs a module that drives a browser, in a process of its own.
 *
 * @param deno the command that starts deno
 * @param folder where the browser keeps its profile, and what the module may read and write
 * @param driver the module; it takes JSON on stdin, and gives JSON on stdout
 * @throws (rejects) Error with what the driver wrote, if it fails
 */
export async function drive<Seen>(deno: string, folder: string, driver: URL, tasks: unknown): Promise<Seen> {
  const child = childCommand(deno, {
    args: ["run", ...grants(folder), driver.href],
    // Playwright looks for Windows in places that Deno shows to nobody but the almighty; this puts it off.
    env: { TMPDIR: folder, __IS_WSL_TEST__: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(tasks)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`drive: the driver failed: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout)) as Seen;
}
