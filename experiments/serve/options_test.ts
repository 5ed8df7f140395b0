import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../command/usage_error.ts";
import { helpText, parseServe } from "./options.ts";

Deno.test("site is served at port 8000, or another folder at another port", () => {
  assertEquals(parseServe([]), { kind: "serve", options: { site: "site", port: 8000 } });
  assertEquals(parseServe(["--port", "0", "--site=/tmp/a"]), {
    kind: "serve",
    options: { site: "/tmp/a", port: 0 },
  });
  assertEquals(parseServe(["--port", "65535"]), { kind: "serve", options: { site: "site", port: 65535 } });
  assertEquals(parseServe(["-h", "--port", "x"]), { kind: "help" });
});

Deno.test("what is no port, or no option, is refused in one line", () => {
  for (const port of ["65536", "-1", "80.5", "http", "0x50", "1e3", "99999999999999999999"]) {
    assertThrows(() => parseServe(["--port", port]), UsageError, "--port must be a whole number from 0 to ");
  }
  assertThrows(() => parseServe(["--prot", "1"]), UsageError, "did you mean --port?");
  assertThrows(() => parseServe(["--port"]), UsageError, "--port needs a value");
});

Deno.test("the help says where the site is served, and what the task may do", () => {
  for (const text of ["(default 8000)", "127.0.0.1", "Grants"]) assertStringIncludes(helpText(), text);
});
