/**
 * Where a queue is: the address of a Redis or Valkey server.
 *
 * @module
 */

import * as v from "valibot";
import type { Kind } from "../runner/options.ts";

const WHAT = "redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]";

/** A server, and who connects to it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** The number of the database on the server. */
  readonly db: number;
  /** Whether the connection is encrypted, and the server's certificate is checked. */
  readonly tls: boolean;
}

/** The address that a text is; null if it is none. */
export function addressOf(text: string): Address | null {
  if (!/^rediss?:\/\/\S+$/.test(text) || !URL.canParse(text)) return null;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (hostname === "" || !/^(\/\d*)?$/.test(pathname) || search !== "" || hash !== "") return null;
  try {
    return {
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: port === "" ? 6379 : Number(port),
      ...(username === "" ? {} : { username: decodeURIComponent(username) }),
      ...(password === "" ? {} : { password: decodeURIComponent(password) }),
      db: Number(pathname.slice(1)),
      tls: protocol === "rediss:",
    };
  } catch {
    // A percent sign that stands for nothing.
    return null;
  }
}

/** Host and port, as a permission names them. */
export const hostOf = ({ host, port }: Pick<Address, "host" | "port">): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** An address without the user's name and password. */
export const shown = (address: Address): string =>
  `redis${address.tls ? "s" : ""}://${hostOf(address)}${address.db === 0 ? "" : `/${address.db}`}`;

/** A text in which no address has a user's name or password. */
export const withoutSecrets = (text: string): string => text.replaceAll(/(rediss?:\/\/)\S*@/g, "$1…@");

/** An option that names a queue. */
export const queueAddress: Kind<string> = {
  placeholder: "URL",
  what: WHAT,
  secret: true,
  schema: v.pipe(v.string(), v.check((text) => addressOf(text) !== null, "")),
  fromText: (text) => text,
};
