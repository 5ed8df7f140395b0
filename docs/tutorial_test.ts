import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import deno from "../deno.json" with { type: "json" };
import { commandsOf, filesOf, printedBy } from "./page_files.ts";
import page from "./tutorial.md" with { type: "text" };

Deno.test({
  name:
    "the tutorial's files and commands do what the page says, in its order (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const files = filesOf(page);
      assertEquals(page.match(/^```ts/gm)?.length, 7, "every block belongs to a file");
      const commands = commandsOf(page);
      assertEquals(
        commands.map((args) => args.at(-1)),
        [...files.keys()].filter((name) => name !== "model.ts"),
      );
      const printed = await printedBy(page, folder);
      const losses = [...printed.get("train.ts")!.matchAll(/^step \d+: ([\d.]+) nats/gm)];
      const [first, last] = [losses[0], losses.at(-1)].map((match) => Number(match![1]));
      assert(losses.length === 4 && last! < first!, `training lowers the loss from ${first} to ${last}`);
      assertMatch(printed.get("use.ts")!, /^Float32Array\(12\) /);
      const png = await Deno.readFile(`${folder}/my-samples.png`);
      assertEquals(new TextDecoder().decode(png.subarray(1, 4)), "PNG");
      assertMatch(printed.get("objective.ts")!, /^step 25: .*\nstep 50: /s);
      assertMatch(printed.get("law.ts")!, /^right: verified \nwrong: failed \[M1\] GRAE\* of 2J at 4β/);
      assertStringIncludes(printed.get("law.ts")!, "does not hold: GRAE*(2J, 4β) = 4 GRAE*(J, β)");
    }),
});

Deno.test("the tutorial names the versions of this package and its deno", () => {
  assertStringIncludes(page, `npx --yes deno@${deno.denoVersion}`);
  assertStringIncludes(page, `jsr:${deno.name}@^${deno.version}`);
});
