import { assertEquals, assertThrows } from "@std/assert";
import { betas, differentWholes, type Kind, namesOf, shareBelowOne, threadCount } from "./option_kind.ts";
import { UsageError } from "./usage_error.ts";

/** What an option x of a kind is refused with. */
const refusal = (kind: Kind<unknown>, text: string): string =>
  assertThrows(() => kind.parse("x", text), UsageError).message;

Deno.test("values of β are numbers above 0, all different", () => {
  assertEquals(betas.parse("x", ".1,1,2e1"), [0.1, 1, 20]);
  assertEquals(
    refusal(betas, "1,1.0"),
    '--x must be different numbers above 0, with commas between them, but it is "1,1.0"',
  );
  assertEquals(refusal(betas, "1,"), '--x must be a number above 0, but it is ""');
  assertEquals(refusal(betas, "1,-2"), '--x must be a number above 0, but it is "-2"');
});

Deno.test("different whole numbers are from 1, and none comes twice", () => {
  assertEquals(differentWholes.parse("x", "5,2,13"), [5, 2, 13]);
  for (const text of ["2,2", "2,02", "0", "1.5", "2,", "-1"]) {
    assertEquals(
      refusal(differentWholes, text),
      `--x must be different whole numbers from 1, with commas between them, but it is "${text}"`,
    );
  }
});

Deno.test("names among others are told apart, and none comes twice", () => {
  const kind = namesOf(["tanh", "identity"]);
  assertEquals(kind.parse("x", "identity,tanh"), ["identity", "tanh"]);
  for (const text of ["tanh,tanh", "tan", "tanh,", ""]) {
    assertEquals(
      refusal(kind, text),
      `--x must be different names among tanh, identity, with commas between them, but it is "${text}"`,
    );
  }
});

Deno.test("a share is from 0 to below 1", () => {
  assertEquals(["0", ".5", "9.9e-1"].map((text) => shareBelowOne.parse("x", text)), [0, 0.5, 0.99]);
  for (const text of ["1", "-0.1", "1e400", "NaN", "0x1"]) {
    assertEquals(refusal(shareBelowOne, text), `--x must be a number from 0 to below 1, but it is "${text}"`);
  }
});

Deno.test("threads are as many as there are cores at most", () => {
  const cores = navigator.hardwareConcurrency;
  assertEquals(["1", String(cores)].map((text) => threadCount.parse("x", text)), [1, cores]);
  for (const text of ["0", "1.5", String(cores + 1), "all"]) {
    assertEquals(
      refusal(threadCount, text),
      `--x must be a whole number from 1 to the number of cores, but it is "${text}"; there are ${cores} here`,
    );
  }
});
