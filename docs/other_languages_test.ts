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
const [copy, verify, ofTorch, pytest] = blocks("sh") as [string, string, string, string];

const obstacle = !mayUseDisk || denoCommand === undefined
  ? "needs --allow-read=. --allow-write=.test --allow-run=deno"
  : await pythonObstacle("numpy");

const [program, vae] = blocks("python") as [string, string];

/** Runs a command of the page, by its task as it is in deno.json, on a program in a folder that is granted. */
async function ran(
  command: string,
  { folder, name, text }: { folder: string; name: string; text: string },
  more: readonly string[] = [],
): Promise<[status: number, said: string]> {
  assert(text.startsWith(`# losses/${name}\n`));
  await Deno.copyFile(`${ROOT}/properties/python/grae_subject.py`, `${folder}/grae_subject.py`);
  await Deno.writeTextFile(`${folder}/${name}`, text);
  const [, , task, ...args] = words(command.trim())!;
  assert(task === "verify" || task === "audit", `${task}`);
  const own = deno.tasks[task === "verify" ? task : "audit"].command.replace(
    /--allow-write=\S+/,
    "--allow-write=.test",
  ).split(" ").slice(
    1,
  );
  const given = args.map((word) => word.replace(`losses/${name}`, `'${folder}/${name}'`));
  const { code, stdout, stderr } = await childCommand(denoCommand!, {
    args: [...own, ...given, ...more],
    cwd: ROOT,
  }).output();
  return [code, new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr)];
}

unlessObstacle(
  obstacle,
  "from nothing to a verified subject, and to one that is rejected, as the page says",
  () =>
    inFolder(async (folder) => {
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
      for (
        const [text, status, printed] of [[program, 0, verified], [
          program.replace(".sum(-1)", ".mean(-1)"),
          1,
          failed,
        ]] as const
      ) {
        const [code, said] = await ran(verify, { folder, name: "losses.py", text }, [
          "--quiet",
          "--failures",
          `${folder}/failures.json`,
        ]);
        assertEquals(code, status, said);
        for (const line of printed.trimEnd().split("\n")) assertStringIncludes(said, `${line}`);
      }
    }),
);

unlessObstacle(
  obstacle === "" ? await pythonObstacle("torch") : obstacle,
  "the loss in PyTorch is the one that it declares, and has the β that the page says",
  () =>
    inFolder(async (folder) => {
      const [declared, beta] = ofTorch.trim().split("\n") as [string, string];
      const subject = { folder, name: "vae.py", text: vae };
      const cases = [
        "--quiet",
        "--cases",
        "10",
        "--call-seconds",
        "300",
        "--failures",
        `${folder}/failures.json`,
      ];
      const [verified, table] = await ran(declared, subject, cases);
      assertEquals(verified, 0, table);
      assertStringIncludes(table, "5 laws: 5 hold. Accepted.");
      const [audited, verdict] = await ran(beta, subject, ["--call-seconds", "300"]);
      assertEquals(audited, 1, verdict);
      assertStringIncludes(verdict, "effective β = 1568 ± ");
      assertStringIncludes(verdict, "the reconstruction is a mean over 784 pixels");
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
