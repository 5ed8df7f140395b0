import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import deno from "../deno.json" with { type: "json" };
import { pythonObstacle, unlessObstacle } from "../fixtures/python.ts";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { problem } from "../properties/stdio/message.ts";
import { childCommand } from "../tools/process.ts";
import { words } from "../tools/shell.ts";
import page from "./other-languages.md" with { type: "text" };

const blocks = (kind: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text]) => text!);
const [verified, failed, protocol] = blocks("text") as [string, string, string];
const [copy, verify, pytest] = blocks("sh") as [string, string, string];

const obstacle = !mayUseDisk || denoCommand === undefined
  ? "needs --allow-read=. --allow-write=.test --allow-run=deno"
  : await pythonObstacle("numpy");

unlessObstacle(
  obstacle,
  "from nothing to a verified subject, and to one that is rejected, as the page says",
  () =>
    inFolder(async (folder) => {
      const [program] = blocks("python") as [string];
      assert(program.startsWith("# losses/losses.py\n"));
      assertEquals(words(copy), [
        "mkdir",
        "-p",
        "losses",
        "&&",
        "cp",
        "properties/python/grae_subject.py",
        "losses/",
      ]);
      await Deno.copyFile(`${ROOT}/properties/python/grae_subject.py`, `${folder}/grae_subject.py`);
      for (
        const [text, status, printed] of [[program, 0, verified], [
          program.replace(".sum(-1)", ".mean(-1)"),
          1,
          failed,
        ]] as const
      ) {
        await Deno.writeTextFile(`${folder}/losses.py`, text);
        const [, , task, ...args] = words(verify.trim())!;
        assertEquals(task, "verify");
        // The task as it is in deno.json, in a folder that is granted, and with failures kept there.
        const own = deno.tasks.verify.command.replace("--allow-write=.grae", "--allow-write=.test").split(" ")
          .slice(1);
        const { code, stdout, stderr } = await childCommand(denoCommand!, {
          args: [
            ...own,
            ...args.map((word) => word.replace("losses/losses.py", `'${folder}/losses.py'`)),
            ...["--quiet", "--failures", `${folder}/failures.json`],
          ],
          cwd: ROOT,
        }).output();
        const said = new TextDecoder().decode(stdout);
        assertEquals(code, status, new TextDecoder().decode(stderr));
        for (const line of printed.trimEnd().split("\n")) assertStringIncludes(said, `${line}`);
      }
    }),
);

Deno.test("the messages that the page shows are those of the protocol", () => {
  const names = ["start", "started", "ask", "answered", "stop"] as const;
  const lines = protocol.trimEnd().split("\n");
  assertEquals(lines.length, names.length);
  lines.forEach((line, i) => assertEquals(problem(names[i]!, JSON.parse(line.slice(2))), undefined, line));
});

unlessObstacle(
  obstacle === "" ? await pythonObstacle("numpy", "pytest") : obstacle,
  "the page's pytest of the vectors passes",
  async () => {
    const args = [
      "-c",
      pytest.replace("python3", "python3 -B").replace("pytest -q", "pytest -q -p no:cacheprovider"),
    ];
    const { code, stdout } = await childCommand("sh", { args, cwd: ROOT }).output();
    assertEquals(code, 0, new TextDecoder().decode(stdout));
  },
);
