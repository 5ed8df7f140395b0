import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { childCommand, grantedPath } from "../../tools/process.ts";
import deno from "../../deno.json" with { type: "json" };
import { taskCommand } from "../../tools/shell.ts";
import { type Answer, answer } from "./serve.ts";

/** What was answered, with the body's text. */
interface Got extends Omit<Answer, "body"> {
  readonly text: string;
}
type Ask = (
  path: string,
  more?: { method?: string; host?: string },
) => Promise<Got>;

const PAGES = { format: "grae site 2", pages: ["index.html", "metric.html"] };

const obstacle = mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)";
const diskTest = (sentence: string, test: (ask: Ask, folder: string) => Promise<void>): void =>
  Deno.test({
    name: sentence + obstacle,
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
        await Deno.mkdir(`${folder}/site/api/laws/~`, { recursive: true });
        await Deno.writeTextFile(`${folder}/site/api/index.html`, "<h1>API</h1>");
        await Deno.writeTextFile(`${folder}/site/api/search.js`, "search()");
        await Deno.writeTextFile(`${folder}/site/api/grae.css`, "a {}");
        await Deno.writeTextFile(`${folder}/site/api/laws/~/A.b.html`, "<h1>A.b</h1>");
        await Deno.writeTextFile(`${folder}/site/api/.secret.js`, "secret");
        await test(async (url, { method = "GET", host = "127.0.0.1:8000" } = {}) => {
          const asked = { method, url, headers: { host } };
          const { status, headers: answered, body } = await answer(`${folder}/site`, 8000, asked);
          const text = await new Response(body instanceof Deno.FsFile ? body.readable : body?.slice()).text();
          return { status, headers: answered, text };
        }, folder);
      }),
  });

diskTest("each page comes with its type and the policy, and / is the index", async (ask) => {
  const expected: [string, string, string][] = [
    ["/", "text/html; charset=utf-8", "<h1>grae</h1>"],
    ["/index.html", "text/html; charset=utf-8", "<h1>grae</h1>"],
    ["/metric.html?x=1", "text/html; charset=utf-8", "<h1>metric</h1>"],
    ["/site.json", "application/json; charset=utf-8", "{}"],
    ["/api/index.html", "text/html; charset=utf-8", "<h1>API</h1>"],
    ["/api/laws/~/A.b.html?q=a", "text/html; charset=utf-8", "<h1>A.b</h1>"],
    ["/api/search.js", "text/javascript; charset=utf-8", "search()"],
    ["/api/grae.css", "text/css; charset=utf-8", "a {}"],
  ];
  for (const [path, type, text] of expected) {
    const got = await ask(path);
    assertEquals([got.status, got.headers["content-type"], got.text], [200, type, text]);
    assertMatch(got.headers["content-security-policy"]!, /default-src 'none'; .*; frame-ancestors 'none'$/);
    assertEquals(got.headers["content-length"], String(text.length));
    assertEquals(got.headers["x-content-type-options"], "nosniff");
    // A report that is made again is seen at once.
    assertEquals(got.headers["cache-control"], "no-cache");
  }
});

diskTest(
  "scripts may run on the live page, only the one that its own policy names, and in the reference, only its files",
  async (ask, folder) => {
    await Deno.writeTextFile(`${folder}/site/live.html`, "alive");
    assertStringIncludes(
      (await ask("/live.html")).headers["content-security-policy"]!,
      "script-src 'unsafe-inline'",
    );
    const scripts = (await ask("/api/index.html")).headers["content-security-policy"]!.match(
      /script-src[^;]*/g,
    );
    assertEquals(scripts, ["script-src 'self'"]);
    for (const path of ["/", "/metric.html", "/none.html", "/live.html/", "/site.json"]) {
      assert(!(await ask(path)).headers["content-security-policy"]!.includes("script-src"), path);
    }
  },
);

diskTest("HEAD gives the same without a body", async (ask) => {
  const head = await ask("/", { method: "HEAD" });
  assertEquals([head.status, head.headers["content-length"], head.text], [200, "13", ""]);
  const none = await ask("/nothing.html", { method: "HEAD" });
  assertEquals([none.status, none.text], [404, ""]);
});

diskTest("a name that is not this computer's own gets nothing, though it may lead here", async (ask) => {
  for (const host of ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000"]) {
    assertEquals([host, (await ask("/", { host })).status], [host, 200]);
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
      const { status, text } = await ask(path, { host });
      assertEquals([host, status, text], [host, 421, ""]);
    }
  }
});

Deno.test("at the port of HTTP itself, which no browser names, the names stand alone", async () => {
  for (const [host, status] of [["localhost", 405], ["127.0.0.1:80", 405], ["example.org", 421]] as const) {
    assertEquals(
      (await answer("gone", 80, { method: "POST", url: "/", headers: { host } })).status,
      status,
      host,
    );
  }
});

diskTest("other methods are refused", async (ask) => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status, headers } = await ask("/", { method });
    assertEquals([status, headers["allow"]], [405, "GET, HEAD"], method);
  }
});

diskTest(
  "nothing outside the site, below it or hidden in it is given, however it is asked for",
  async (ask) => {
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
      "/api",
      "/api/",
      "/api/.secret.js",
      "/api/../secret.html",
      "/api/laws/../../secret.html",
      "/api/~/../../secret.html",
      "/api/deep/secret.html",
      "/api/laws/deep/~/secret.html",
      "/search.js",
      "/.secret",
      "/%00",
      "/index.html%00",
      "/index.html\0",
      "/%E0%A4%A",
      "/nothing.html",
      "/metric.html/",
      "/metric",
      "http://127.0.0.1:8000/index.html",
      "*",
      "",
      `/${"a".repeat(300)}.html`,
      `/${"a".repeat(1e5)}.html`,
    ];
    for (const path of paths) {
      const { status, headers, text } = await ask(path);
      assertEquals([path, status, headers["content-type"]], [path, 404, "text/html; charset=utf-8"]);
      assert(!text.includes("secret"), path);
      assertStringIncludes(text, '<a href="/">');
    }
  },
);

diskTest("a folder and a link out of the site are not there", async (ask, folder) => {
  await Deno.mkdir(`${folder}/site/folder.html`);
  assertEquals((await ask("/folder.html")).status, 404);
  if (denoCommand === undefined) return;
  // Only a process that may do everything may make a link.
  const link = `Deno.symlinkSync("../secret.html", ${JSON.stringify(`${folder}/site/link.html`)})`;
  await childCommand(denoCommand, { args: ["eval", link] }).output();
  assert((await Deno.lstat(`${folder}/site/link.html`)).isSymlink);
  const linkFolder = `Deno.symlinkSync("../..", ${JSON.stringify(`${folder}/site/api/out`)})`;
  await childCommand(denoCommand, { args: ["eval", linkFolder] }).output();
  assert((await Deno.stat(`${folder}/site/api/out/secret.html`)).isFile);
  for (const path of ["/link.html", "/api/out/secret.html"]) {
    const { status, text } = await ask(path);
    assert(status === 404 && !text.includes("secret"), path);
  }
});

const unable = obstacle !== ""
  ? obstacle
  : denoCommand === undefined
  ? " (ignored: needs --allow-run=deno)"
  : "";
const processTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({
    name: sentence + unable,
    ignore: unable !== "",
    fn: () =>
      inFolder(async (folder) => {
        await Deno.writeTextFile(`${folder}/index.html`, "<h1>grae</h1>");
        await Deno.writeTextFile(`${folder}/site.json`, JSON.stringify(PAGES));
        await test(folder);
      }),
  });

/** The task's own command, which may read one more folder. */
const serving = (folder: string, ...args: string[]): Deno.Command => {
  const words = deno.tasks.serve.command.split(" ").slice(1)
    .map((word) => word.startsWith("--allow-read=") ? `${word},${grantedPath(folder, ROOT)}` : word);
  return childCommand(denoCommand!, {
    args: [...words, ...args],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  });
};
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What a program prints that may reach this computer's ports, since a test may reach nothing. */
async function client(folder: string, program: string): Promise<string> {
  const file = `${folder}/client.ts`;
  await Deno.writeTextFile(file, program);
  const { stdout, stderr } = await childCommand(denoCommand!, {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", file],
    cwd: ROOT,
  }).output();
  return text(stdout) + text(stderr);
}

/** What is answered to a GET with a Host, which fetch lets nobody set. */
const get = (folder: string, address: string, host: string): Promise<string> =>
  client(
    folder,
    `import { get } from "node:http";
    get(${JSON.stringify(address)}, { headers: { host: ${JSON.stringify(host)} } }, async (r) =>
      console.log(r.statusCode, (await r.toArray()).join("")));`,
  );

processTest(
  "the site is served where the task says, a port is taken once, and the task ends when told to",
  async (folder) => {
    const first = serving(folder, "--site", folder, "--port", "0").spawn();
    const reader = first.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value: said = "" } = await reader.read();
    const [address, port] = /^http:\/\/127\.0\.0\.1:(\d+)\/(?=\n$)/.exec(said)!;
    assertEquals(await get(folder, address, `127.0.0.1:${port}`), "200 <h1>grae</h1>\n");
    assertEquals(await get(folder, address, "example.org"), "421 \n");
    const second = await serving(folder, "--site", folder, "--port", port!).output();
    assertEquals([second.code, text(second.stderr)], [
      1,
      `serve: port ${port} of 127.0.0.1: is in use; choose another with --port\n`,
    ]);
    first.kill("SIGTERM");
    const { code } = await first.status;
    await reader.cancel();
    assertEquals([code, await new Response(first.stderr).text()], [0, ""]);
  },
);

processTest("connections that send nothing, half of a request, or read nothing are ended", async (folder) => {
  // Larger than what the system holds between two processes.
  await Deno.truncate(`${folder}/index.html`, 2 ** 26);
  const module = toFileUrl(`${ROOT}/experiments/site/serve.ts`).href;
  const said = await client(
    folder,
    `import { serve } from ${JSON.stringify(module)};
    const stop = new AbortController();
    const patience = { headers: 200, request: 300, silence: 400 };
    const listens = Promise.withResolvers<number>();
    const { open } = Deno;
    let page: Deno.FsFile | undefined;
    Deno.open = async (...args) => page = await open(...args);
    const isOpen = () => page!.stat().then(() => true, () => false);
    const ended = serve({ site: ${JSON.stringify(folder)}, port: 0 }, stop.signal, listens.resolve, patience);
    const port = await listens.promise;
    const whole = "GET / HTTP/1.1\\r\\nHost: 127.0.0.1:" + port + "\\r\\n\\r\\n";
    const pause = () => new Promise((next) => setTimeout(next, 20));
    const ask = async (request: string) => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      page = undefined;
      await connection.write(new TextEncoder().encode(request));
      return connection;
    };
    for (const request of ["", "GET / HTTP/1.1\\r\\nHost", whole]) {
      let connection = await ask(request);
      if (request === whole) {
        for (let waits = 1; page === undefined; waits++) {
          await pause();
          // On a busy machine the request itself may have come too late: it is asked again.
          if (waits % 50 !== 0) continue;
          connection.close();
          connection = await ask(request);
        }
        // Reads only once the server has closed the page.
        while (await isOpen()) await pause();
      }
      let bytes = 0;
      try {
        for await (const chunk of connection.readable) bytes += chunk.length;
      } catch { /* it was reset */ }
      console.log(bytes < 2 ** 26);
    }
    stop.abort();
    await ended;
    Deno.exit(0);`,
  );
  assertEquals(said, "true\ntrue\ntrue\n");
});

processTest("a connection has one page open at a time, however many it asks for", async (folder) => {
  // Larger than what the system holds between two processes.
  await Deno.truncate(`${folder}/index.html`, 2 ** 26);
  const module = toFileUrl(`${ROOT}/experiments/site/serve.ts`).href;
  const said = await client(
    folder,
    `import { serve } from ${JSON.stringify(module)};
    const stop = new AbortController();
    const listens = Promise.withResolvers<number>();
    const { open } = Deno;
    let opened = 0;
    Deno.open = (path, options) => (opened += String(path).endsWith(".html") ? 1 : 0, open(path, options));
    const ended = serve({ site: ${JSON.stringify(folder)}, port: 0 }, stop.signal, listens.resolve);
    const port = await listens.promise;
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const one = "GET / HTTP/1.1\\r\\nHost: 127.0.0.1:" + port + "\\r\\n\\r\\n";
    await connection.write(new TextEncoder().encode(one.repeat(50)));
    const pause = () => new Promise((next) => setTimeout(next, 300));
    while (opened === 0) await pause();
    await pause();
    console.log(opened);
    // Those that are waited for no more are opened by nobody.
    connection.close();
    await pause();
    console.log(opened);
    stop.abort();
    await ended;
    Deno.exit(0);`,
  );
  assertEquals(said, "1\n1\n");
});

processTest(
  "a folder without a site, and a command line that cannot be followed, give one line",
  async (folder) => {
    await Deno.remove(`${folder}/site.json`);
    const none = await serving(folder, "--site", folder).output();
    assertEquals([none.code, text(none.stderr)], [
      1,
      `serve: ${folder}: must hold a site, but does not; ${taskCommand("report")} makes one\n`,
    ]);
    for (const port of ["65536", "-1", "80.5", "http"]) {
      const wrong = await serving(folder, "--port", port).output();
      assertEquals([wrong.code, text(wrong.stderr).split("\n").length], [2, 2]);
      assertStringIncludes(text(wrong.stderr), "--port must be a whole number from 0 to 65535");
    }
    const help = await serving(folder, "--site", `${folder}/none`, "--help").output();
    assertEquals([help.code, text(help.stderr)], [0, ""]);
    for (const words of ["default 8000", "127.0.0.1", "Grants"]) {
      assertStringIncludes(
        text(help.stdout),
        words,
      );
    }
  },
);
