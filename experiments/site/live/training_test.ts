import { assertEquals } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../../fixtures/temporary_folder.ts";
import { findObstacle, type Visit, visit } from "../../../fixtures/visit.ts";
import { bundled } from "./page.tsx";
import { trainBriefly } from "./training.ts";

/** What makes a page cross-origin isolated. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const HTML = '<!doctype html><link rel="icon" href="data:,"><body aria-busy="true">' +
  '<script type="module" src="script.js"></script>';
const HERE = "http://localhost";

/** A page that trains. */
const trial = (script: string, engine: string, isolated: boolean): Visit => ({
  url: `${HERE}/?engine=${engine}`,
  served: {
    [`${HERE}/?engine=${engine}`]: {
      contentType: "text/html",
      headers: isolated ? ISOLATED : {},
      body: HTML,
    },
    [`${HERE}/script.js`]: { contentType: "text/javascript", body: script },
  },
  ready: 'body[aria-busy="false"]',
  read:
    "({ isolated: crossOriginIsolated, body: document.body.innerText, cores: navigator.hardwareConcurrency })",
  steps: [],
});

const obstacle = await findObstacle(mayUseDisk, denoCommand);

Deno.test({
  name:
    "the wasm engine trains in a browser, isolated or not, with Deno's losses to the last bit, and says how many threads work" +
    (obstacle && ` (ignored: ${obstacle})`),
  ignore: obstacle !== "",
  fn: () =>
    inFolder(async (folder) => {
      const deno = denoCommand ?? "deno";
      const script = await bundled("training.ts", { leftOut: [], deno });
      const trials = [true, false].flatMap((isolated) =>
        ["wasm", "auto"].map((engine) => ({ engine, isolated }))
      );
      const seen = await visit<{ isolated: boolean; body: string; cores: number }>(
        deno,
        folder,
        trials.map(({ engine, isolated }) => trial(script, engine, isolated)),
      );
      const { losses } = await trainBriefly("wasm");
      assertEquals(losses.filter(Number.isFinite).length, 8);
      trials.forEach(({ isolated: wanted }, i) => {
        const { readings: [reading], workers, heard } = seen[i]!;
        const { isolated, body, cores } = reading!;
        assertEquals([isolated, heard], [wanted, []], body);
        const trained = JSON.parse(body) as Awaited<ReturnType<typeof trainBriefly>>;
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
