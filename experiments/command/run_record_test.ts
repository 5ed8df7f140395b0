import { assertEquals } from "@std/assert";
import { bitsMayDiffer, sittingOf } from "./run_record.ts";

Deno.test("a sitting says what computed where, and one that differs from the last is warned of in one line", () => {
  const first = sittingOf({ description: "OpenBLAS 0.3.21, 2 threads" }, 0);
  assertEquals([first.engine, first.from, first.to], ["OpenBLAS 0.3.21, 2 threads", 0, null]);
  assertEquals(first.host, `${Deno.build.target}, ${navigator.hardwareConcurrency} cores`);
  assertEquals(bitsMayDiffer([], first), null);
  assertEquals(bitsMayDiffer([first], { ...first, from: 7 }), null);
  assertEquals(
    bitsMayDiffer([first], { ...first, engine: "oneDNN 2.7, 2 threads" }),
    "bits may differ from those of a run in one sitting: the last one was by OpenBLAS 0.3.21, 2 threads on " +
      `${first.host}, this is by oneDNN 2.7, 2 threads on ${first.host}`,
  );
});
