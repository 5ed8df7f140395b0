import { assertEquals, assertThrows } from "@std/assert";
import { denoCommand, ROOT } from "../fixtures/temporary_folder.ts";
import { PAGE, picture, withPicture } from "./architecture.ts";
import { type Graph, importGraph } from "./import_graph.ts";

/** A graph of files, each with what it imports; of `types …`, types alone. */
function graphOf(files: Readonly<Record<string, readonly string[]>>): Graph {
  return new Map(
    Object.entries(files).map(([file, imports]) => [
      file,
      imports.map((to) => ({ to: to.replace("types ", ""), types: to.startsWith("types ") })),
    ]),
  );
}

const ENGINE = { "lib/engine/mod.ts": ["npm:tfjs"], "lib/linalg/mod.ts": ["lib/engine/mod.ts"] };

Deno.test("the picture draws each room, and an arrow to who imports it where no longer way says the same", () => {
  const graph = graphOf({
    ...ENGINE,
    "lib/network/mod.ts": ["lib/linalg/mod.ts", "lib/engine/mod.ts", "lib/network/dense.ts"],
    "lib/network/dense.ts": ["lib/engine/mod.ts"],
  });
  const rooms = ["engine", "linalg", "network"].map((room) => `  lib_${room}["lib/${room}"]`);
  const arrows = ["  lib_engine --> lib_linalg", "  lib_linalg --> lib_network"];
  assertEquals(picture(graph), ["flowchart LR", ...rooms, ...arrows].join("\n"));
});

Deno.test("the picture leaves out tests, types, entries, fixtures and shared tools", () => {
  const graph = graphOf({
    ...ENGINE,
    "mod.ts": ["lib/engine/mod.ts"],
    "fixtures/digits.ts": ["lib/linalg/mod.ts"],
    "tools/process.ts": [],
    "lib/engine/mod.ts": ["types lib/linalg/mod.ts", "fixtures/digits.ts", "tools/process.ts"],
    "lib/engine/engine_test.ts": ["lib/linalg/mod.ts"],
  });
  assertEquals(picture(graph), picture(graphOf(ENGINE)));
});

Deno.test("rooms that import each other are refused by their names", () => {
  const graph = graphOf({ ...ENGINE, "lib/engine/mod.ts": ["lib/linalg/mod.ts"] });
  assertThrows(
    () => picture(graph),
    RangeError,
    "imports must run one way, but run in a circle: lib/engine → lib/linalg → lib/engine",
  );
});

Deno.test("a picture takes the place of a page's only one", () => {
  const block = (text: string): string => `\`\`\`mermaid\n${text}\n\`\`\`\n`;
  assertEquals(withPicture(`a\n\n${block("old")}\nb\n`, "new $& it"), `a\n\n${block("new $& it")}\nb\n`);
  for (const [page, number] of [["a\n", 0], [block("x") + block("y"), 2]] as const) {
    assertThrows(() => withPicture(page, "new"), RangeError, `one block of mermaid, but has ${number}`);
  }
});

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";
Deno.test({
  name:
    "ARCHITECTURE.md has the picture of the code as it is, and a row for every room in it (needs --allow-read=. --allow-run=deno)",
  ignore: !mayRead || denoCommand === undefined,
  fn: async () => {
    const page = await Deno.readTextFile(`${ROOT}/${PAGE}`);
    const drawn = withPicture(page, picture(await importGraph(denoCommand)));
    assertEquals(page, drawn, "if this is wanted: deno task architecture");
    const rooms = [...drawn.matchAll(/\["(.*)"\]$/gm)].map(([, room]) => room!);
    assertEquals(
      rooms.filter((room) => !page.includes(`\`${room}/`)),
      [],
      "rooms that the table does not name",
    );
  },
});
