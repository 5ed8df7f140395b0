import { assertEquals } from "@std/assert";
import { addressOf, hostOf, shown, withoutSecrets } from "./address.ts";

Deno.test("an address names a server, and perhaps a user, a password, TLS and a database", () => {
  assertEquals(addressOf("redis://queue.example"), { host: "queue.example", port: 6379, db: 0, tls: false });
  assertEquals(addressOf("rediss://ann:p%40s%2Fs@[::1]:443/3"), {
    ...{ host: "::1", port: 443, username: "ann", password: "p@s/s", db: 3, tls: true },
  });
  assertEquals(addressOf("redis://:secret@127.0.0.1:7000/"), {
    ...{ host: "127.0.0.1", port: 7000, password: "secret", db: 0, tls: false },
  });
  for (
    const text of [
      ...[
        "",
        "127.0.0.1:6379",
        "http://127.0.0.1",
        "redis:127.0.0.1",
        "redis://",
        "redis://:6379",
        "redis://a b",
      ],
      ...[
        "redis://h:70000",
        "redis://h/x",
        "redis://h/0?tls=1",
        "redis://h/0#1",
        "redis://h/1/2",
        "redis://u:%zz@h",
      ],
    ]
  ) assertEquals(addressOf(text), null, text);
});

Deno.test("what is shown of an address names neither user nor password", () => {
  const address = addressOf("rediss://ann:secret@[::1]:7000/3")!;
  assertEquals([hostOf(address), shown(address)], ["[::1]:7000", "rediss://[::1]:7000/3"]);
  assertEquals(shown(addressOf("redis://ann:secret@h")!), "redis://h:6379");
  for (
    const [text, without] of [
      ["at redis://ann:secret@h:1, and redis://h", "at redis://…@h:1, and redis://h"],
      [`--queue="rediss://:a@b'c@h" x`, `--queue="rediss://…@h" x`],
      ["a@b is no address", "a@b is no address"],
    ] as const
  ) assertEquals(withoutSecrets(text), without);
});
