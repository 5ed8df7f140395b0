export * from "../../tools/process.ts";
