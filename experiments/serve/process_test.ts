import { assertEquals, assertMatch } from "@std/assert";
import { childCommand } from "../command/process.ts";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";

const obstacle = !mayUseDisk
  ? "needs --allow-read=. --allow-write=.test"
  : denoCommand === undefined
  ? "needs --allow-run=deno"
  : "";
const processTest = (sentence: string, fn: () => Promise<void>): void =>
  Deno.test({ name: sentence + (obstacle && ` (ignored: ${obstacle})`), ignore: obstacle !== "", fn });

/** The task's own command, with arguments. */
const serve = (...args: string[]): Deno.Command =>
  childCommand(denoCommand ?? "deno", {
    args: ["run", "--no-prompt", "--allow-run=deno", `${ROOT}/experiments/serve/serve.ts`, ...args],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Asks for a page from a process that may reach the server, since a test may reach nothing; gives what came. */
async function ask(folder: string, address: string, host?: string): Promise<string> {
  const program = `${folder}/ask.mjs`;
  // What fetch does not let anyone set, node:http does.
  await Deno.writeTextFile(
    program,
    `import { get } from "node:http";
    get(${JSON.stringify(address)}, ${
      JSON.stringify(host === undefined ? {} : { headers: { host } })
    }, async (r) =>
      console.log(r.statusCode, (await r.toArray()).join("")));`,
  );
  const { stdout, stderr } = await childCommand(denoCommand ?? "deno", {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", program],
  }).output();
  return text(stdout) + text(stderr);
}

processTest(
  "the site is served where the task says, one port is taken once, and the task ends when it is told to",
  () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/index.html`, "<h1>grae</h1>");
      await Deno.writeTextFile(`${folder}/site.json`, '{"format": "grae site 1", "pages": ["index.html"]}');
      const first = serve("--site", folder, "--port", "0").spawn();
      const reader = first.stdout.pipeThrough(new TextDecoderStream()).getReader();
      const { value: said = "" } = await reader.read();
      assertMatch(said, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
      const port = /:(\d+)\//.exec(said)![1]!;
      assertEquals(await ask(folder, said.trim()), "200 <h1>grae</h1>\n");
      assertEquals(await ask(folder, said.trim(), "example.org"), "421 \n");
      const second = await serve("--site", folder, "--port", port).output();
      assertEquals([second.code, text(second.stderr)], [
        1,
        `serve: port ${port} of 127.0.0.1: is in use; choose another with --port\n`,
      ]);
      first.kill("SIGTERM");
      const { code } = await first.status;
      await reader.cancel();
      assertEquals([code, await new Response(first.stderr).text()], [0, ""]);
    }),
);

processTest(
  "a folder without a site, and a command line that cannot be followed, give one line",
  () =>
    inFolder(async (folder) => {
      const none = await serve("--site", folder).output();
      assertEquals([none.code, text(none.stderr)], [
        1,
        `serve: ${folder}: must hold a site, but does not; deno task report makes one\n`,
      ]);
      const wrong = await serve("--port", "high").output();
      assertEquals([wrong.code, text(wrong.stderr)], [
        2,
        'serve: --port must be a whole number from 0 to 65535, but it is "high"\n',
      ]);
      const help = await serve("--help").output();
      assertEquals([help.code, text(help.stderr)], [0, ""]);
    }),
);
