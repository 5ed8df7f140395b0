import { assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { UsageError, valueOf } from "../runner/options.ts";
import { type Architecture, architecture, widthsOf } from "./architecture.ts";
import { networksOf } from "./networks.ts";

const OWN = {
  encoder: [{ layer: "conv", filters: 4, kernel: 3, stride: 2, activation: "elu" }],
  decoder: [
    { layer: "dense", outputs: [7, 7, 4] },
    { layer: "convTranspose", filters: 3, kernel: [4, 4], stride: 2, padding: "same" },
    { layer: "convTranspose", filters: "image", kernel: 4, stride: [2, 2] },
  ],
} as const satisfies Architecture;
const parse = (text: string): Architecture => valueOf("architecture", architecture, text);

Deno.test("an architecture is one of its names", () => {
  assertEquals(["dense", "conv32", "conv64"].map(parse), ["dense", "conv32", "conv64"]);
  assertThrows(
    () => parse("conv46"),
    UsageError,
    "--architecture must be one of dense, conv32, conv64, or a file whose name ends in .json, but it is " +
      '"conv46"; did you mean conv',
  );
});

Deno.test("only dense has widths, and to give them beside another is refused", () => {
  assertEquals(widthsOf({ architecture: "dense", hidden: [5] }, new Set(["hidden"])), [5]);
  assertEquals(widthsOf({ architecture: "conv64", hidden: [5] }, new Set()), null);
  for (const architecture of ["conv32", OWN] as const) {
    assertThrows(
      () => widthsOf({ architecture, hidden: [5] }, new Set(["hidden"])),
      UsageError,
      `--hidden has no meaning with --architecture ${architecture === OWN ? "FILE.json" : "conv32"}`,
    );
  }
});

Deno.test({
  name: "one's own architecture is what its file says, and a manifest holds it (needs --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/own.json`;
      await Deno.writeTextFile(file, JSON.stringify(OWN));
      const found = parse(file);
      assertEquals(found, OWN);
      assertEquals(v.parse(architecture.schema, JSON.parse(JSON.stringify(found))), OWN);

      const [front, , , back] = [OWN.encoder[0], ...OWN.decoder];
      const refused: readonly [unknown, string][] = [
        [[], "its encoder is missing"],
        [3, "it must be Object, but it is 3"],
        [{ encoder: [] }, "its decoder is missing"],
        [{ ...OWN, decoder: [] }, "its decoder must be >=1, but it is 0"],
        [{ ...OWN, classifier: [] }, "its classifier has no meaning here"],
        [{ ...OWN, encoder: [{ ...front, layer: "pool" }] }, "its encoder.0.layer must be"],
        [{ ...OWN, encoder: [front, { ...front, kernel: 0 }] }, "its encoder.1.kernel must be"],
        [{ ...OWN, encoder: [{ ...front, kernal: 3 }] }, "its encoder.0.kernal has no meaning here"],
        [
          { ...OWN, decoder: [OWN.decoder[0], { ...back, filters: "picture" }] },
          "its decoder.1.filters must be",
        ],
        [{ ...OWN, encoder: [{ ...front, activation: "swish" }] }, "its encoder.0.activation must be"],
        [{ ...OWN, encoder: [{ ...front, padding: -1 }] }, "its encoder.0.padding must be"],
        [{ ...OWN, encoder: [{ layer: "dense", outputs: 2.5 }] }, "its encoder.0.outputs must be"],
        [{ ...OWN, encoder: [{ layer: "groupNorm" }] }, "its encoder.0.groups is missing"],
        [{ ...OWN, encoder: [{ layer: "layerNorm", epsilon: 0 }] }, "its encoder.0.epsilon must be"],
        [{ ...OWN, encoder: [{ layer: "upsample", factor: 2 }] }, "its encoder.0.method is missing"],
        [{ ...OWN, encoder: [{ layer: "averagePool", size: 2, activation: "relu" }] }, "its encoder.0.activ"],
        [{ ...OWN, encoder: [{ layer: "reshape", output: 4 }] }, "its encoder.0.output must be"],
        [{ ...OWN, encoder: [{ layer: "residual", layers: [] }] }, "its encoder.0.layers must be"],
        [
          { ...OWN, encoder: [{ layer: "residual", layers: [{ layer: "residual", layers: [front] }] }] },
          "its encoder.0.layers.0.layer must be",
        ],
      ];
      for (const [json, message] of refused) {
        await Deno.writeTextFile(file, JSON.stringify(json));
        const error = assertThrows(() => parse(file), UsageError, `--architecture ${file}: ${message}`);
        assertEquals(error.message.split("\n").length, 1);
      }
      // At the bounds, and just beyond.
      const dense = (outputs: number) => ({ layer: "dense", outputs });
      const many = (count: number) => Array.from({ length: count }, () => dense(1));
      const bounds: readonly (readonly [taken: unknown, beyond: unknown])[] = [
        [{ ...OWN, encoder: many(100) }, { ...OWN, encoder: many(101) }],
        [{ ...OWN, decoder: many(100) }, { ...OWN, decoder: many(101) }],
        ...[[dense(2 ** 20), dense(2 ** 20 + 1)], [{ ...front, padding: 0 }, { ...front, padding: 0.5 }]]
          .map(([taken, beyond]) => [{ ...OWN, encoder: [taken] }, { ...OWN, encoder: [beyond] }] as const),
        [
          { ...OWN, encoder: [{ layer: "residual", layers: many(100) }] },
          { ...OWN, encoder: [{ layer: "residual", layers: many(101) }] },
        ],
      ];
      for (const [taken, beyond] of bounds) {
        await Deno.writeTextFile(file, JSON.stringify(taken));
        assertEquals(parse(file), taken as Architecture);
        await Deno.writeTextFile(file, JSON.stringify(beyond));
        assertThrows(() => parse(file), UsageError, `--architecture ${file}: its `);
      }
      await Deno.writeTextFile(file, JSON.stringify(OWN).padEnd(2 ** 20));
      assertEquals(parse(file), OWN);
      await Deno.writeTextFile(file, JSON.stringify(OWN).padEnd(2 ** 20 + 1));
      assertThrows(() => parse(file), UsageError, "it must have at most 1048576 bytes, but it has 1048577");
      await Deno.writeTextFile(file, "{");
      assertThrows(() => parse(file), UsageError, "it must be JSON, as ");
      assertThrows(() => parse(`${folder}/none.json`), UsageError, "there is no such file");
    }),
});

Deno.test({
  name: "the file that docs/images.md shows is an architecture of the digits (needs --allow-read=.)",
  ignore: !mayUseDisk,
  fn: async () => {
    const page = await Deno.readTextFile(`${ROOT}/docs/images.md`);
    const [, text] = /^```json\n(.*?)^```$/ms.exec(page)!;
    const own = v.parse(architecture.schema, JSON.parse(text!));
    const options = { architecture: own, hidden: null, activation: "relu", latent: 8, encoded: 16 } as const;
    const { encoder, decoder } = networksOf(options, { height: 28, width: 28 });
    assertEquals([encoder.layers.length, encoder.outputs, decoder.layers.length, decoder.outputs], [
      3,
      16,
      2,
      784,
    ]);
  },
});
