import { DataError } from "../../lib/data/error.ts";
import { versions } from "../../tools/versions.ts";

export { versions };

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
