import { DataError } from "../../lib/data/error.ts";
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

/**
 * Requires that a run is gone on with by the versions that began it.
 *
 * @param dir the run's folder, for the message
 * @param begun the versions in its manifest
 * @throws DataError if this package or tfjs is another
 */
export function assertSameVersions(dir: string, begun: Readonly<Record<string, string>>): void {
  const now = versions();
  for (const name of ["grae", "tfjs"]) {
    if (begun[name] !== now[name]) {
      throw new DataError(
        dir,
        `the run was begun with ${name} ${begun[name]}, and this is ${
          now[name]
        }: what two versions compute is not mixed`,
      );
    }
  }
}
