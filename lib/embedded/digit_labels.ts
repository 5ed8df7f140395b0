// Written by `deno task embed`.

import { inflated } from "./inflated.ts";

/** fixtures/digits-labels-idx1-ubyte.gz: 50 bytes. */
export const bytes = (): Promise<Uint8Array<ArrayBuffer>> =>
  inflated(
    "H4sIAAAAAAAA/5Lv5mAAg/9JCQ8SUhISriQmpCSlJaYmP38gk1oowMEMlvzPzFC2afc3E0YGBgAAAAD//wMA6zPDIDIAAAA=",
  );
