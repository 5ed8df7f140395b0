import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { again, begin, stopAfter, study } from "../../fixtures/runs/powers_run.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { RunFolder } from "../runner/folder.ts";
import { metricsText, type Progress, runningHtml, RunsWatched } from "./running.tsx";
import { answer } from "./serve.ts";

const progress = (change: Partial<Progress> = {}): Progress => ({
  ...{
    folder: "a",
    study: "powers",
    status: "running",
    parts: 10,
    done: 3,
    failed: 1,
    rate: 2,
    changed: 5000,
  },
  ...change,
});

onDisk("runs are seen while they are at work, with parts that are done, failed and left", async (folder) => {
  const watched = new RunsWatched(folder);
  const look = async (): Promise<string> =>
    (await watched.progress())
      .map(({ folder, status, parts, done, failed }) => [folder, status, parts, done, failed].join(" "))
      .join("; ");
  assertEquals(await look(), "");
  await begin(`${folder}/b`, study(), { diverge: true }, stopAfter(3));
  assertEquals(await look(), "b interrupted 4 2 1");
  await begin(`${folder}/a`, study(), {}, stopAfter(1));
  // As a process that is at work leaves it.
  const run = new RunFolder(`${folder}/b`, "powers");
  await run.writeManifest({ ...await run.readManifest(), status: "running" });
  assertEquals(await look(), "b running 4 2 1; a interrupted 4 1 0");
  await again(`${folder}/b`);
  await again(`${folder}/a`);
  assertEquals(await look(), "a complete 4 4 0; b failed 4 3 1");
  // What is no run, or damaged, is not shown and stops nothing.
  await Deno.mkdir(`${folder}/other/parts`, { recursive: true });
  await Deno.writeTextFile(`${folder}/letter.txt`, "dear");
  await Deno.writeTextFile(`${folder}/b/parts/n4.json`, "{");
  await Deno.writeTextFile(`${folder}/b/parts/n4.lock`, "");
  assertEquals(await look(), "a complete 4 4 0; b failed 4 2 1");
  const [{ rate, changed }] = await watched.progress() as [Progress];
  // Four parts in a second, the shortest time that counts, or more.
  assert(rate > 0 && rate <= 240, `${rate}`);
  assert(Math.abs(changed - Date.now()) < 60_000);
  // Ten minutes later nothing is recent.
  assertEquals((await watched.progress(Date.now() + 601_000)).map(({ rate }) => rate), [0, 0]);
});

Deno.test("metrics are lines that Prometheus reads, each kind together, with names quoted", () => {
  const text = metricsText([
    progress(),
    progress({ folder: 'b"\\\n', status: "complete", done: 10, failed: 0 }),
  ]);
  const lines = text.trimEnd().split("\n");
  assertEquals(lines.slice(0, 4), [
    "# HELP grae_run_parts Parts that the run has.",
    "# TYPE grae_run_parts gauge",
    'grae_run_parts{run="a",study="powers"} 10',
    'grae_run_parts{run="b\\"\\\\\\n",study="powers"} 10',
  ]);
  for (
    const line of [
      'grae_run_parts_left{run="a",study="powers"} 6',
      'grae_run_running{run="a",study="powers"} 1',
      'grae_run_changed_timestamp_seconds{run="a",study="powers"} 5',
    ]
  ) assert(lines.includes(line), line);
  // The grammar of the format: comments, or a name, labels and a number.
  for (const line of lines) {
    assertMatch(
      line,
      /^(# (HELP|TYPE) grae_run_\w+ .+|grae_run_\w+\{run="(\\["\\n]|[^"\\])*",study="powers"\} [\d.e+-]+)$/,
    );
  }
  assert(text.endsWith("\n"));
});

Deno.test("the page has the rate and the time left of runs that are at work", () => {
  const navigation = { links: [], current: "" };
  const html = runningHtml([progress(), progress({ folder: "b", status: "complete" })], navigation, 8000);
  assertStringIncludes(html, "3m");
  assertStringIncludes(html, "3s ago");
  assertEquals(html.match(/<tr>/g)?.length, 3);
  assertStringIncludes(runningHtml([], navigation), "There are no runs.");
});

onDisk(
  "the server gives both anew at each request, to this computer alone, with a site or without",
  async (folder) => {
    await Deno.mkdir(`${folder}/site`);
    const runs = new RunsWatched(`${folder}/runs`);
    const ask = async (url: string, { method = "GET", host = "127.0.0.1:8000" } = {}) => {
      const { status, headers, body } = await answer(`${folder}/site`, 8000, {
        method,
        url,
        headers: { host },
      }, runs);
      if (body instanceof Deno.FsFile) throw new Error(`${url} must be made, but is a file`);
      return { status, headers, text: new TextDecoder().decode(body?.slice()) };
    };
    assertEquals((await ask("/metrics")).text.match(/^grae_run/gm), null);
    await begin(`${folder}/runs/one`, study());
    const metrics = await ask("/metrics?x=1");
    assertEquals([metrics.status, metrics.headers["content-type"]], [
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
    assertStringIncludes(metrics.text, 'grae_run_parts_done{run="one",study="powers"} 4');
    const page = await ask("/running.html");
    assertEquals([page.status, page.headers["refresh"], page.headers["cache-control"]], [
      200,
      "5",
      "no-store",
    ]);
    assertMatch(page.headers["content-security-policy"]!, /default-src 'none'; .*; frame-ancestors 'none'$/);
    assertStringIncludes(page.text, ">one<");
    const head = await ask("/metrics", { method: "HEAD" });
    assertEquals([head.status, head.text], [200, ""]);
    // What is given says its own length; at another time it may have another, since times are in it.
    const lengthOf = (text: string): string => String(new TextEncoder().encode(text).length);
    for (const { text, headers } of [metrics, page]) assertEquals(headers["content-length"], lengthOf(text));
    assertMatch(head.headers["content-length"]!, /^[1-9]\d{2,}$/);
    assertEquals((await ask("/metrics", { host: "example.org" })).status, 421);
    assertEquals((await ask("/metrics", { method: "POST" })).status, 405);
    const { status, headers } = await ask("/");
    assertEquals([status, headers["location"]], [302, "/running.html"]);
    await Deno.writeTextFile(`${folder}/site/index.html`, "<h1>grae</h1>");
    const asked = { method: "GET", url: "/", headers: { host: "127.0.0.1:8000" } };
    const { body, status: found } = await answer(`${folder}/site`, 8000, asked, runs);
    assertEquals([found, await new Response((body as Deno.FsFile).readable).text()], [200, "<h1>grae</h1>"]);
  },
);
