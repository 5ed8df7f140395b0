import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { siteHandler } from "./handler.ts";
import { childCommand } from "../command/process.ts";

const diskTest = (
  sentence: string,
  test: (handler: ReturnType<typeof siteHandler>, folder: string) => Promise<void>,
): void =>
  Deno.test({
    name: sentence + (mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)"),
    ignore: !mayUseDisk,
    fn: () =>
      inFolder(async (folder) => {
        await Deno.mkdir(`${folder}/site/deep`, { recursive: true });
        await Deno.writeTextFile(`${folder}/secret.html`, "secret");
        await Deno.writeTextFile(`${folder}/site/deep/secret.html`, "secret");
        await Deno.writeTextFile(`${folder}/site/.secret`, "secret");
        await Deno.writeTextFile(`${folder}/site/index.html`, "<h1>grae</h1>");
        await Deno.writeTextFile(`${folder}/site/metric.html`, "<h1>metric</h1>");
        await Deno.writeTextFile(`${folder}/site/site.json`, "{}");
        await test(siteHandler(`${folder}/site`, () => 8000), folder);
      }),
  });

/** A request as it comes over the wire, with its Host. */
const at = (path: string, { headers, ...init }: RequestInit = {}, host = "127.0.0.1:8000"): Request =>
  new Request(`http://127.0.0.1:8000${path}`, { ...init, headers: { ...headers, host } });

diskTest("each page comes with its type, and / is the index", async (handler) => {
  const expected: [string, string, string][] = [
    ["/", "text/html; charset=utf-8", "<h1>grae</h1>"],
    ["/index.html", "text/html; charset=utf-8", "<h1>grae</h1>"],
    ["/metric.html?x=1", "text/html; charset=utf-8", "<h1>metric</h1>"],
    ["/site.json", "application/json; charset=utf-8", "{}"],
  ];
  for (const [path, type, text] of expected) {
    const response = await handler(at(path));
    assertEquals([response.status, response.headers.get("content-type"), await response.text()], [
      200,
      type,
      text,
    ]);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    // A report that is made again is seen at once.
    assertEquals(response.headers.get("cache-control"), "no-cache");
  }
});

diskTest(
  "HEAD gives the same without a body; a page that a browser has is not sent again",
  async (handler) => {
    const head = await handler(at("/", { method: "HEAD" }));
    assertEquals([head.status, head.headers.get("content-length"), await head.text()], [200, "13", ""]);
    const again = await handler(at("/", { headers: { "if-none-match": head.headers.get("etag") ?? "" } }));
    assertEquals([again.status, await again.text()], [304, ""]);
  },
);

diskTest("a name that is not this computer's own gets nothing, though it may lead here", async (handler) => {
  for (const host of ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000"]) {
    assertEquals([host, (await handler(at("/", {}, host))).status], [host, 200]);
  }
  const foreign = [
    "example.org:8000",
    "example.org",
    "localhost",
    "127.0.0.1",
    "localhost:8001",
    "localhost.example.org:8000",
    "127.0.0.1:8000.example.org",
    "",
  ];
  for (const host of foreign) {
    for (const path of ["/", "/nothing.html"]) {
      const response = await handler(at(path, {}, host));
      assertEquals([host, response.status, await response.text()], [host, 421, ""]);
    }
  }
  const none = await handler(new Request("http://127.0.0.1:8000/"));
  assertEquals(none.status, 421);
});

Deno.test("at the port of HTTP itself, which no browser names, the names stand alone", async () => {
  const handler = siteHandler("gone", () => 80);
  for (const [host, status] of [["localhost", 405], ["127.0.0.1:80", 405], ["example.org", 421]] as const) {
    assertEquals((await handler(at("/", { method: "POST" }, host))).status, status, host);
  }
});

diskTest("other methods are refused", async (handler) => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const response = await handler(at("/", { method }));
    assertEquals(response.status, 405, method);
    assertEquals(response.headers.get("allow"), "GET, HEAD");
    await response.body?.cancel();
  }
});

diskTest(
  "nothing outside the site, below it or hidden in it is given, however it is asked for",
  async (handler) => {
    const paths = [
      "/../secret.html",
      "/%2e%2e/secret.html",
      "/..%2fsecret.html",
      "/%2e%2e%2fsecret.html",
      "/..%5csecret.html",
      "/..\\secret.html",
      "//secret.html",
      "/./../secret.html",
      "/deep/secret.html",
      "/deep",
      "/deep/",
      "/.secret",
      "/%00",
      "/index.html%00",
      "/%E0%A4%A",
      "/nothing.html",
      "/metric.html/",
      "/metric",
    ];
    for (const path of paths) {
      const response = await handler(at(path));
      const text = await response.text();
      assertEquals([path, response.status], [path, 404]);
      assert(!text.includes("secret"), path);
      assertStringIncludes(text, '<a href="/">');
      assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
    }
    const head = await handler(at("/nothing.html", { method: "HEAD" }));
    assertEquals([head.status, await head.text()], [404, ""]);
  },
);

diskTest(
  "a name too long for the disk, a folder, and a link out of the site are not there",
  async (handler, folder) => {
    await Deno.mkdir(`${folder}/site/folder.html`);
    if (denoCommand !== undefined) {
      // Only a process that may do everything may make a link.
      const link = `Deno.symlinkSync("../secret.html", ${JSON.stringify(`${folder}/site/link.html`)})`;
      await childCommand(denoCommand, { args: ["eval", link] }).output();
      assert((await Deno.lstat(`${folder}/site/link.html`)).isSymlink);
    }
    for (const path of [`/${"a".repeat(300)}.html`, "/folder.html", "/link.html"]) {
      const response = await handler(at(path));
      assertEquals([path.slice(0, 20), response.status], [path.slice(0, 20), 404]);
      assert(!(await response.text()).includes("secret"), path);
    }
  },
);
