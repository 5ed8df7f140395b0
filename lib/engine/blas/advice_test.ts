import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoCommand, ROOT } from "../../../fixtures/temporary_folder.ts";
import { blasAdvice } from "./advice.ts";
import { startEngine } from "../mod.ts";
import { childCommand } from "../../../tools/process.ts";

const ABSENT = { path: "/usr/lib/libopenblas.so", reason: "could not open: No such file or directory" };

Deno.test("where no BLAS is found, one line names the package of this system and the flag", () => {
  for (
    const [os, release, how] of [
      [
        "linux",
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
        "apt-get install libopenblas0-pthread",
      ],
      ["linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', "apt-get install libopenblas0-pthread"],
      ["linux", "ID=fedora\n", "dnf install onednn"],
      ["linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', "dnf install onednn"],
      ["linux", "ID=arch\n", "pacman -S openblas"],
      [
        "linux",
        'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n',
        "zypper install libopenblas_pthreads0",
      ],
      ["linux", "ID=alpine\n", "an image with glibc"],
      [
        "linux",
        "ID=unheard-of\n",
        "the package of oneDNN or OpenBLAS, such as libopenblas0-pthread or onednn",
      ],
      ["linux", null, "the package of oneDNN or OpenBLAS, such as libopenblas0-pthread or onednn"],
      ["darwin", null, "/System/Library/Frameworks/Accelerate.framework/Accelerate"],
      ["windows", null, "C:\\OpenBLAS\\bin\\libopenblas.dll"],
    ] as const
  ) {
    const advice = blasAdvice([ABSENT], os, release);
    assertEquals(advice.split("\n").length, 1);
    assert(advice.startsWith("no BLAS is in use, and one makes a step 3 to 4 times faster: "), advice);
    for (const part of [how, "--allow-ffi=PATH", "GRAE_BLAS=PATH"]) assertStringIncludes(advice, part);
  }
});

Deno.test("a library that is here and was refused is named with the reason", () => {
  const refused = { path: "/a.so", reason: "its product A B of 33 × 65 × 17 is off by 3" };
  const broken = { path: "/c.so", reason: "could not open: libgfortran.so.5: No such file or directory" };
  const hidden = { path: "/b.so", reason: "not permitted (add --allow-ffi=/b.so)" };
  const advice = blasAdvice([ABSENT, refused, hidden, broken], "linux", null);
  const end = [refused, broken].map(({ path, reason }) => `; ${path} was not taken: ${reason}`).join("");
  assert(advice.endsWith(end) && !advice.includes(ABSENT.path) && !advice.includes(hidden.path), advice);
});

Deno.test({
  name:
    "auto without a BLAS gives the advice, and an engine that is asked for by name gives none (needs --allow-run=deno)",
  ignore: denoCommand === undefined,
  fn: async () => {
    assertEquals((await startEngine("wasm")).advice, undefined);
    // A process without any permission.
    const program = `import { startEngine } from "${new URL("../mod.ts", import.meta.url)}";
      const { name, advice } = await startEngine("auto");
      console.log(name, advice);`;
    const child = childCommand(denoCommand!, {
      args: ["run", "--no-prompt", "--config", `${ROOT}/deno.json`, "--ext=ts", "-"],
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(program));
    await writer.close();
    const { stdout, stderr } = await child.output();
    const text = new TextDecoder().decode(stdout);
    assert(text.startsWith("wasm no BLAS is in use, and one makes"), text + new TextDecoder().decode(stderr));
  },
});
