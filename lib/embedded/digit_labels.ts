// Written by `deno task embed`.

import { inflated } from "./inflated.ts";

/** fixtures/digits-labels-idx1-ubyte.gz, unpacked: 308 bytes. */
export const bytes = (): Promise<Uint8Array<ArrayBuffer>> =>
  inflated(
    "H4sIAAAAAAACA2Ng4GBkYGDUYWBkYmZhZWPn4CTEGmUBAHayu/Y0AQAA",
  );
