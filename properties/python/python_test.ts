import { assert, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { pythonObstacle, unlessObstacle } from "../../fixtures/python.ts";
import { childCommand } from "../../tools/process.ts";

const HERE = fromFileUrl(new URL(".", import.meta.url));

unlessObstacle(
  await pythonObstacle("numpy"),
  "Python's side of the protocol passes its own tests",
  async () => {
    const { success, stderr } = await childCommand("python3", {
      args: ["-B", "-m", "unittest", "-q", "test_grae_subject"],
      cwd: HERE,
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert(success, said);
    assertStringIncludes(said, "Ran 13 tests");
  },
);
