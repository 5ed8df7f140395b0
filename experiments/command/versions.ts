import denoJson from "../../deno.json" with { type: "json" };

/** What computed: this package, Deno, V8, tfjs. */
export function versions(): Record<string, string> {
  return {
    grae: denoJson.version,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    tfjs: denoJson.imports["@tensorflow/tfjs-core"].split("@").at(-1)!,
  };
}
