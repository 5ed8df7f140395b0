import { assertEquals } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { bundled } from "./bundle.ts";
import { trainBriefly, type Training } from "./training.ts";
import type { Trained, Trial } from "./training_driver.ts";
import { drive, findObstacle } from "./visit.ts";

const obstacle = await findObstacle(mayUseDisk, denoCommand);

Deno.test({
  name:
    "the wasm engine trains in a browser, isolated or not, with Deno's losses to the last bit, and says how many threads work" +
    (obstacle && ` (ignored: ${obstacle})`),
  ignore: obstacle !== "",
  fn: () =>
    inFolder(async (folder) => {
      const deno = denoCommand ?? "deno";
      const script = await bundled("experiments/live/training_page.ts", [], deno);
      const trials: Trial[] = [true, false].flatMap((isolated) =>
        (["wasm", "auto"] as const).map((engine) => ({ script, engine, isolated }))
      );
      const seen = await drive<Trained[]>(
        deno,
        folder,
        new URL("./training_driver.ts", import.meta.url),
        trials,
      );
      const { losses } = await trainBriefly("wasm");
      assertEquals(losses.filter(Number.isFinite).length, 8);
      trials.forEach(({ isolated: wanted }, i) => {
        const { isolated, body, workers, cores, heard } = seen[i]!;
        assertEquals([isolated, heard], [wanted, []], body);
        const trained = JSON.parse(body) as Training;
        assertEquals(trained.losses, losses);
        // A page that may not share memory has one thread, whatever the machine.
        const threads = isolated ? cores : 1;
        assertEquals(workers, threads - 1);
        assertEquals(
          trained.description,
          `tfjs wasm, SIMD, ${threads} thread${threads === 1 ? "" : "s"}` +
            (isolated ? "" : " (more need a page that is cross-origin isolated)"),
        );
      });
    }),
});
