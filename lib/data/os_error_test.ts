import { assert, assertEquals } from "@std/assert";
import { isOsError, osReason } from "./os_error.ts";

Deno.test("errors of the system are told from those of the program", () => {
  assert(isOsError(new Deno.errors.NotCapable('Requires read access to "x"')));
  assert(isOsError(new Error("No space left on device (os error 28)")));
  assert(!isOsError(new TypeError("x is not a function")));
  assert(!isOsError("os error 28"));
});

Deno.test("a reason is one line, and never the advice to grant more", () => {
  const reason = osReason(
    new Deno.errors.NotCapable('Requires all access to "/proc/x", run again with the --allow-all flag'),
  );
  assertEquals(
    reason,
    '"/proc/x" is outside of what the task grants; if a link leads there, give the path behind it',
  );
  assertEquals(
    osReason(new Error("No space left\n on device (os error 28)")),
    "No space left on device (os error 28)",
  );
});
