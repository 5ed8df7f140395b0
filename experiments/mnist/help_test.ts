import { assert, assertEquals } from "@std/assert";
import { toCamelCase } from "@std/text";
import { ENGINE_NAMES as ENGINES } from "../../lib/engine/start.ts";
import { bernoulli, FAMILY_NAMES, gaussian } from "../../lib/model/mod.ts";
import { ACTIVATION_NAMES as ACTIVATIONS } from "../../lib/network/activation.ts";
import * as objectives from "../../lib/objective/mod.ts";
import {
  ACTIVATION_NAMES,
  ENGINE_NAMES,
  LIKELIHOOD_NAMES,
  OBJECTIVE_NAMES,
  POSTERIOR_NAMES,
} from "../digits/names.ts";
import { OPTIONS } from "./option_table.ts";
import { helpText, parseOptions } from "./options.ts";

Deno.test("the names that options take are those of the library", () => {
  assertEquals<readonly string[]>(ENGINE_NAMES, ENGINES);
  assertEquals<readonly string[]>(ACTIVATION_NAMES, ACTIVATIONS);
  assertEquals<readonly string[]>(POSTERIOR_NAMES, FAMILY_NAMES);
  assertEquals<readonly string[]>(LIKELIHOOD_NAMES, [gaussian().kind, bernoulli().kind]);
  assertEquals(
    OBJECTIVE_NAMES.map((name) => `${toCamelCase(name)}Loss`).sort(),
    Object.keys(objectives).filter((name) => name.endsWith("Loss")).sort(),
  );
});

Deno.test("the help names every option with its default and every value that it may have", () => {
  const help = helpText();
  for (const [flag, { value, fallback }] of Object.entries(OPTIONS)) {
    const start = help.indexOf(`\n  --${flag}`);
    assert(start >= 0, flag);
    const next = help.slice(start + 1).search(/\n {2}--|\n\n/);
    const entry = help.slice(start + 1, start + 1 + next).replaceAll(/\s+/g, " ");
    assert(entry.startsWith(` --${flag}${value ? ` ${value.placeholder}` : ""} `), entry);
    if (fallback) assert(entry.includes(`(default ${fallback})`), entry);
    for (const name of value?.names ?? []) assert(entry.includes(name), `${flag}: ${name}`);
  }
});

Deno.test("the help's examples are lines that work", () => {
  const examples = [...helpText().matchAll(/^ {2}deno task mnist([^#\n]*)/gm)].map(([, args]) =>
    args!.trim()
  );
  assert(examples.length >= 4);
  for (const example of examples) parseOptions(example.split(/\s+/).filter((word) => word !== ""));
});

Deno.test("the help says where the files go and what the task may do, in lines that fit", () => {
  const help = helpText("Trains. Grants: to read this, and to write that.");
  assert(help.includes("runs/mnist-beta-vae-block2-beta0.2-d8-seed0"), help);
  assert(help.includes("Grants: to read this, and to write that."), help);
  assert(!helpText("").includes("Permissions"));
  for (const line of help.split("\n")) assert(line.length <= 100, line);
});

Deno.test({
  name: "asking for help loads no part of the library that computes (needs --allow-read=.)",
  ignore: Deno.permissions.querySync({ name: "read", path: "." }).state !== "granted",
  fn: async () => {
    const seen = new Set<string>();
    const visit = async (url: URL): Promise<void> => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      const source = await Deno.readTextFile(url);
      for (const [, specifier] of source.matchAll(/^(?:import|export)\b(?! type)[^;]*? from "([^"]+)"/gm)) {
        if (specifier!.startsWith(".")) await visit(new URL(specifier!, url));
        else assert(specifier!.startsWith("@std/"), `${url.pathname} imports ${specifier}`);
      }
    };
    await visit(new URL("./options.ts", import.meta.url));
    assert(seen.size >= 10);
  },
});
