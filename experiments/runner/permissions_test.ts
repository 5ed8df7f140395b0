import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { UsageError } from "./options.ts";
import { askForData, behindLinks } from "./permissions.ts";

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

/** A path of data, which is all that may be read. */
const permitted = (path: string): { ignore: boolean; permissions: Deno.PermissionOptions } => ({
  ignore: !mayUseDisk,
  permissions: mayUseDisk ? { read: [`${ROOT}/${path}`] } : "inherit",
});

Deno.test({
  name:
    "a folder of data may be read without the one that it is in (needs --allow-read=. --allow-write=.test)",
  ...permitted("fixtures"),
  fn: () => askForData("mnist", `${ROOT}/fixtures`, []),
});

Deno.test({
  name: "files of data whose names begin alike are read in their folder, which must be permitted " +
    "(needs --allow-read=. --allow-write=.test)",
  ...permitted("nowhere/emnist-letters"),
  fn: async () => {
    const { message } = await assertRejects(
      () => askForData("mnist", `${ROOT}/nowhere/emnist-letters`, []),
      UsageError,
    );
    assertStringIncludes(
      message,
      `--data ${ROOT}/nowhere is outside of what the task may read; to allow it: `,
    );
  },
});
