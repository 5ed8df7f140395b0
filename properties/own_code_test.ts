import { assert, assertEquals } from "@std/assert";
import * as algebra from "../fixtures/subjects/algebra.ts";
import * as networks from "../fixtures/subjects/networks.ts";
import * as posterior from "../fixtures/subjects/posterior.ts";
import * as symmetry from "../fixtures/subjects/symmetry.ts";
import { subjectOf } from "../fixtures/subjects/table.ts";
import * as volumes from "../fixtures/subjects/volumes.ts";
import { verify } from "./laws/mod.ts";

const parts = { algebra, networks, posterior, symmetry, volumes };

Deno.test("there are at least 60 right and 60 wrong subjects, no two by one name", () => {
  for (const kind of ["right", "wrong"] as const) {
    const names = Object.values(parts).flatMap((part) => part[kind]).map(([what]) => what);
    assert(names.length >= 60, `${names.length} ${kind}`);
    assertEquals(names.length, new Set(names).size);
  }
});

for (const [name, { right, wrong }] of Object.entries(parts)) {
  for (const row of right) {
    Deno.test(`${name}, right: ${row[0]}`, async () => {
      const { verdict, evidence, unverified } = await verify(subjectOf(row), { cases: 30 });
      const because = evidence.find(({ failure }) => failure)?.failure?.message ?? JSON.stringify(unverified);
      assertEquals(verdict, "verified", because);
    });
  }
  for (const row of wrong) {
    Deno.test(`${name}, wrong: ${row[0]}`, async () => {
      assertEquals((await verify(subjectOf(row), { cases: 30 })).verdict, "failed");
    });
  }
}
