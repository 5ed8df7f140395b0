import deno from "../deno.json" with { type: "json" };

/** What computes: this package, Deno, V8, tfjs. */
export function versions(): Record<string, string> {
  return {
    grae: deno.version,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    tfjs: deno.imports["@tensorflow/tfjs-core"].split("@").at(-1)!,
  };
}

/** The version of a package that `deno.json` names. */
export const versionOf = (name: keyof typeof deno.imports): string => deno.imports[name].split("@").at(-1)!;
