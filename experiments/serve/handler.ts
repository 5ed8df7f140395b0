/**
 * Answers to requests for the pages of a site.
 *
 * @module
 */

import { eTag, ifNoneMatch } from "@std/http/etag";
import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/error.ts";
import { page } from "../../lib/figure/mod.ts";
import { MOST } from "../command/disk.ts";
import { isOsError } from "../command/os_error.ts";

const tagOf: (content: Uint8Array) => Promise<string> = eTag;
const isNew: (seen: string | null, tag: string) => boolean = ifNoneMatch;

/** A site is flat, of two kinds of files: no path leads below it or out of it, and no name in it is hidden. */
const NAME = /^\/(?<file>\w[\w-]*\.(?<kind>html|json))?$/;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
};

const NOT_FOUND = new TextEncoder().encode(page({
  title: "Not found",
  lead: "There is no such page.",
  sections: [{ title: "What there is", body: '<p><a href="/">The index of the site</a></p>' }],
}));

/** A file of the site; null if there is none, as while a report is made again, or it can't be opened or is a link. */
async function read(site: string, file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    // A link could lead out of the site.
    if (!(await Deno.lstat(`${site}/${file}`)).isFile) return null;
    return await readBounded(`${site}/${file}`, file, MOST);
  } catch (error) {
    if (isOsError(error) || error instanceof DataError) return null;
    throw error;
  }
}

/** Whether a request was meant for this server: any site may give its name this address, and read what answers. */
function isOwn(host: string | null, port: number): boolean {
  const [, name, given = "80"] = /^(127\.0\.0\.1|localhost)(?::(\d+))?$/i.exec(host ?? "") ?? [];
  return name !== undefined && Number(given) === port;
}

/**
 * Answers GET and HEAD with the files of a folder, read anew each time, and with a page of its own where there is none.
 *
 * @param port where it listens, asked for at each request; 421 to those for another host or port
 */
export function siteHandler(site: string, port: () => number): (request: Request) => Promise<Response> {
  return async ({ method, url, headers }) => {
    if (!isOwn(headers.get("host"), port())) return new Response(null, { status: 421 });
    if (method !== "GET" && method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const { file = "index.html", kind = "html" } = NAME.exec(new URL(url).pathname)?.groups ?? { file: "" };
    const found = file === "" ? null : await read(site, file);
    const bytes = found ?? NOT_FOUND;
    const tag = await tagOf(bytes);
    const common = {
      "cache-control": "no-cache",
      "content-type": TYPES[found ? kind : "html"] ?? "",
      "etag": tag,
      "x-content-type-options": "nosniff",
    };
    if (found && !isNew(headers.get("if-none-match"), tag)) {
      return new Response(null, { status: 304, headers: common });
    }
    return new Response(method === "HEAD" ? null : bytes, {
      status: found ? 200 : 404,
      headers: { ...common, "content-length": String(bytes.length) },
    });
  };
}
