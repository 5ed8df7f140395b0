import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../fixtures/temporary_folder.ts";
import { catalogue } from "../properties/gate/catalogue.ts";
import { isOfOurs, slides } from "../properties/gate/slides.ts";
import { laws } from "../properties/laws/mod.ts";
import { lawsPage, PAGE } from "./laws.ts";

const lines = slides.flatMap(({ lines }) => lines);

Deno.test("the slides name laws that exist, and every law of the talk stands beside a line", () => {
  const named = lines.flatMap((line) => line.laws);
  for (const id of named) assert(Object.hasOwn(catalogue, id), `a slide names ${id}, which is no law`);
  const ofTheTalk = Object.keys(catalogue).filter((id) => !isOfOurs(id));
  assertEquals(ofTheTalk.filter((id) => !named.includes(id)), [], "laws that stand beside no line");
});

Deno.test("a line that no law checks says why", () => {
  for (const { says, laws, note } of lines) assert(laws.length > 0 || note !== undefined, says);
});

Deno.test("the laws take their slides from the table", () => {
  const titles = slides.map(({ title }) => title);
  for (const { id, source } of laws) {
    assert(
      isOfOurs(id) || titles.includes(source),
      `${id} names a slide “${source}”, which is not in the table`,
    );
  }
});

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";
Deno.test({
  name: `docs/laws.md has the laws as they are${mayRead ? "" : " (ignored: needs --allow-read=.)"}`,
  ignore: !mayRead,
  fn: async () => {
    assertEquals(await Deno.readTextFile(`${ROOT}/${PAGE}`), lawsPage(), "if this is wanted: deno task laws");
  },
});
