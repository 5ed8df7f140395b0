export * from "../../lib/data/lock.ts";
