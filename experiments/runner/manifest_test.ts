import { assertEquals } from "@std/assert";
import { bitsMayDiffer, sittingOf, withOneMore } from "./manifest.ts";

const HERE = { engine: "tfjs wasm, 2 threads", host: "linux, 2 cores" };
const THERE = { engine: "tfjs native, 1 thread", host: "linux, 2 cores" };

Deno.test("one who computes by another engine or on another system is named; the number of threads is nothing", () => {
  const begins = "bits may differ from those of a run in one sitting: ";
  assertEquals(
    bitsMayDiffer(HERE, THERE),
    `${begins}the last one was by tfjs wasm, 2 threads on linux, 2 cores, this is by tfjs native, 1 thread on linux, 2 cores`,
  );
  assertEquals(
    bitsMayDiffer(HERE, { ...HERE, host: "abacus" }, ["I am", "you are"]),
    `${begins}I am by tfjs wasm, 2 threads on linux, 2 cores, you are by tfjs wasm, 2 threads on abacus`,
  );
  for (const threads of ["1 thread", "16 threads"]) {
    assertEquals(bitsMayDiffer(HERE, { ...HERE, engine: `tfjs wasm, ${threads}` }), null);
  }
  assertEquals(bitsMayDiffer(undefined, HERE), null);
});

Deno.test("parts are counted for each engine on each system, in the order of the last part", () => {
  const away = { ...HERE, host: "abacus" };
  const workers = [HERE, THERE, away, HERE].reduce<ReturnType<typeof withOneMore>>(withOneMore, []);
  assertEquals(workers, [{ ...THERE, parts: 1 }, { ...away, parts: 1 }, { ...HERE, parts: 2 }]);
});

Deno.test("a sitting begins at whole work, on this system", () => {
  const { engine, from, to, host } = sittingOf({ name: "wasm", description: HERE.engine }, 2.6);
  assertEquals([engine, from, to], [HERE.engine, 3, null]);
  assertEquals(host, `${Deno.build.target}, ${navigator.hardwareConcurrency} cores`);
});
