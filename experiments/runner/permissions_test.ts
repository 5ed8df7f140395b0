import { assertEquals } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { behindLinks } from "./permissions.ts";

Deno.test({
  name: "a path is followed behind links as far as it is there, and beyond a file as well " +
    "(needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/file`, "");
      assertEquals(behindLinks(`${folder}/file`), `${folder}/file`);
      assertEquals(behindLinks(`${folder}/not/yet`), `${folder}/not/yet`);
      // What is to be made there fails later, with a reason.
      assertEquals(behindLinks(`${folder}/file/in it`), `${folder}/file/in it`);
    }),
});
