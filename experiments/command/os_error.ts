export * from "../../lib/data/os_error.ts";
