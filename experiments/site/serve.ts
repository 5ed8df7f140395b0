/**
 * `deno task serve`: the site at 127.0.0.1, for browsers on this computer alone.
 *
 * std's file server is not usable: the npm mirror deno-std lacks its fs module. hono's follows links, opens FIFOs and leaves
 * a file open for each HEAD. Deno.serve has no timeouts: a connection that sends nothing stays open for ever.
 *
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DataError } from "../../lib/data/error.ts";
import { isOsError } from "../../lib/data/os_error.ts";
import { exitStatus } from "../runner/command.ts";
import { interruption } from "../runner/interruption.ts";
import { type Command, option, type OptionTable, parseCommand, path, whole } from "../runner/options.ts";
import { ask } from "../runner/permissions.ts";
import { writeOut } from "../runner/progress.ts";
import { pageHtml, POLICY } from "./page.tsx";
import { metricsText, RUNNING, runningHtml, RunsWatched } from "./running.tsx";
import { API, LIVE } from "./site.tsx";
import { pagesIn } from "./write_site.ts";
import { taskCommand } from "../../tools/shell.ts";

const HOST = "127.0.0.1";
const GROUP = "What is served, and where";

/** `deno task serve`. */
export const COMMAND = {
  task: "serve",
  about: "Serves the site that the task report made, to browsers on this computer alone, until Ctrl-C.",
  options: {
    site: option(GROUP, path("a folder"), "site", "the folder of a site"),
    runs: option(
      GROUP,
      path("a folder"),
      "runs",
      "the folder of the runs whose progress is at /running.html and, for Prometheus, at /metrics",
    ),
    port: option(GROUP, whole(0, 65535), 8000, "the port of 127.0.0.1; 0 takes any that is free"),
  },
  examples: [["", "site/ at http://127.0.0.1:8000/"], ["--site other --port 0", "another, at a free port"]],
} satisfies Command<OptionTable>;

/** How long a request may take to come, and a connection may be silent, in milliseconds. */
const PATIENCE = { headers: 10_000, request: 20_000, silence: 30_000 };

/**
 * A site's own pages are in one folder, the reference's in `api/` and its folders, which are names of entries or `~`: no path
 * leads out of it, and no name in it is hidden.
 */
const NAME =
  /^\/(?<file>(?:\w[\w-]*\.(?:html|json)|api\/(?:\w+\/)?(?:~\/)?\w[\w.-]*\.(?:html|css|js))?)(?:\?.*)?$/s;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  json: "application/json",
  css: "text/css",
  js: "text/javascript",
};

/** The scripts that a page may run: the live page its own, which has their hash in its policy, the reference those beside it. */
function scriptsOf(file: string): string {
  if (file === LIVE) return "script-src 'unsafe-inline'; ";
  return file.startsWith(`${API}/`) ? "script-src 'self'; style-src-elem 'self'; " : "";
}

const NAVIGATION = { links: [{ title: "grae", href: "/" }], current: "" };
const NOT_FOUND = new TextEncoder().encode(
  pageHtml("Not found", NAVIGATION, "There is no such page."),
);

/** A file of the site, open, and its size; null if there is none that can be opened, or it is a link or no file. */
async function openIn(site: string, name: string): Promise<{ file: Deno.FsFile; size: number } | null> {
  try {
    const folders = name.split("/").slice(0, -1);
    for (let depth = 1; depth <= folders.length; depth++) {
      if (!(await Deno.lstat([site, ...folders.slice(0, depth)].join("/"))).isDirectory) return null;
    }
    const path = `${site}/${name}`, there = await Deno.lstat(path);
    // A FIFO would wait for ever.
    if (!there.isFile) return null;
    const file = await Deno.open(path), { ino, dev, size } = await file.stat();
    // Another file may have taken its name meanwhile, or a link.
    if (ino === there.ino && dev === there.dev) return { file, size };
    file.close();
    return null;
  } catch (error) {
    if (isOsError(error)) return null;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (isOsError(error)) return false;
    throw error;
  }
}

/** @throws (rejects) DataError unless a folder holds a site */
async function assertSite(site: string): Promise<void> {
  if (await pagesIn(site) !== null) return;
  throw new DataError(site, `must hold a site, but does not; ${taskCommand("report")} makes one`);
}

/** Whether a request was meant for this server: any site may give its name this address, and read what answers. */
function isOwn(host: string | undefined, port: number): boolean {
  const [, name, given = "80"] = /^(127\.0\.0\.1|localhost)(?::(\d+))?$/i.exec(host ?? "") ?? [];
  return name !== undefined && Number(given) === port;
}

const SAFE = { "cross-origin-resource-policy": "same-origin", "x-content-type-options": "nosniff" };

/** What is made of runs for a path; null where it is of the site. Browsers ask for the page again every few seconds. */
async function madeOf(runs: RunsWatched, path: string) {
  if (path === "/metrics") {
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return { text: metricsText(await runs.progress()), headers: { "content-type": type } };
  }
  if (path !== `/${RUNNING}`) return null;
  const headers = { "content-type": "text/html; charset=utf-8", refresh: "5" };
  return { text: runningHtml(await runs.progress(), { ...NAVIGATION, current: path }), headers };
}

/** What is answered: a body that is bytes, an open file, or nothing. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | Deno.FsFile | null;
}

/**
 * Answers GET and HEAD with the files of a folder, and with a page of its own where there is none.
 *
 * @param port where it listens: 421 to requests for another host or port
 * @param runs of which there are a page and metrics, made anew for each request
 */
export async function answer(
  site: string,
  port: number,
  { method, url, headers }: Pick<IncomingMessage, "method"> & {
    url: string;
    headers: { host?: string | undefined };
  },
  runs: RunsWatched | null = null,
): Promise<Answer> {
  if (!isOwn(headers.host, port)) return { status: 421, headers: {}, body: null };
  const isHead = method === "HEAD";
  if (method !== "GET" && !isHead) return { status: 405, headers: { allow: "GET, HEAD" }, body: null };
  const made = runs === null ? null : await madeOf(runs, url.replace(/\?.*$/s, ""));
  if (made !== null) {
    const body = new TextEncoder().encode(made.text);
    const headers = {
      ...SAFE,
      ...made.headers,
      "content-length": String(body.length),
      "cache-control": "no-store",
    };
    return {
      status: 200,
      headers: { ...headers, "content-security-policy": `${POLICY}; frame-ancestors 'none'` },
      body: isHead ? null : body,
    };
  }
  const named = NAME.exec(url);
  const name = named?.groups?.file || "index.html", kind = /\w+$/.exec(name)![0];
  const found = named === null ? null : await openIn(site, name);
  // Where no report has been made there are the runs alone.
  if (found === null && name === "index.html" && runs !== null) {
    return {
      status: 302,
      headers: { ...SAFE, location: `/${RUNNING}`, "cache-control": "no-store" },
      body: null,
    };
  }
  if (isHead) found?.file.close();
  return {
    status: found ? 200 : 404,
    headers: {
      "cache-control": "no-cache",
      "content-length": String(found ? found.size : NOT_FOUND.length),
      "content-security-policy": `${scriptsOf(name)}${POLICY}; frame-ancestors 'none'`,
      "content-type": `${TYPES[found ? kind : "html"]}; charset=utf-8`,
      ...SAFE,
    },
    body: isHead ? null : found ? found.file : NOT_FOUND,
  };
}

/**
 * Serves a site until the signal is aborted.
 *
 * @param onListen is told the port
 * @throws (rejects) DataError if there is no site, or the port is in use
 */
export async function serve(
  { site, runs = null, port }: {
    readonly site: string;
    /** Where the runs are whose progress is served; without a site they are served alone. */
    readonly runs?: string | null;
    readonly port: number;
  },
  signal: AbortSignal,
  onListen: (port: number) => void,
  { headers, request, silence } = PATIENCE,
): Promise<void> {
  if (runs === null || !(await isFolder(runs))) await assertSite(site);
  let at = port;
  const watched = runs === null ? null : new RunsWatched(runs);
  const respond = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (asked.socket.destroyed) return;
    // A reader that goes away, or reads nothing for long, ends the answer.
    response.setTimeout(silence, () => response.destroy());
    // A request to a server has an address.
    const { method, url, headers: { host } } = asked;
    try {
      const { status, headers, body } = await answer(
        site,
        at,
        { method, url: url!, headers: { host } },
        watched,
      );
      response.writeHead(status, headers);
      if (body === null || body instanceof Uint8Array) response.end(body ?? undefined);
      else await pipeline(Readable.fromWeb(body.readable as never), response);
    } catch {
      response.destroy();
    }
  };
  // A connection may send many requests at once: they are answered in turn, so that it has one file open at a time.
  const last = new WeakMap<Socket, Promise<void>>();
  const server = createServer({
    headersTimeout: headers,
    requestTimeout: request,
    keepAliveTimeout: headers,
    connectionsCheckingInterval: Math.ceil(headers / 4),
  }, (asked, response) => {
    const before = last.get(asked.socket) ?? Promise.resolve();
    last.set(asked.socket, before.then(() => respond(asked, response)));
  });
  const ended = Promise.withResolvers<void>();
  server.on("error", (error: Error & { code?: string }) => {
    const inUse = error.code === "EADDRINUSE";
    const why = inUse ? "is in use; choose another with --port" : `cannot be listened at: ${error.message}`;
    ended.reject(new DataError(`port ${port} of ${HOST}`, why, { cause: error }));
  });
  server.listen(port, HOST, () => {
    at = (server.address() as { port: number }).port;
    onListen(at);
  });
  signal.addEventListener("abort", () => {
    server.close(() => ended.resolve());
    server.closeAllConnections();
  });
  await ended.promise;
}

if (import.meta.main) {
  const status = await exitStatus("serve", async () => {
    const parsed = parseCommand(COMMAND, Deno.args);
    if (parsed.help !== null) return writeOut(parsed.help), 0;
    const stop = interruption();
    await ask("serve", ["read"], parsed.values.site, "--site");
    await ask("serve", ["read"], parsed.values.runs, "--runs");
    if (parsed.given.has("site")) await assertSite(parsed.values.site);
    stop.listen();
    await serve(parsed.values, stop.signal, (port) => writeOut(`http://${HOST}:${port}/\n`));
    return 0;
  });
  Deno.exit(status);
}
