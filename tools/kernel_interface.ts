/**
 * Both sides of the kernels' binary interface, as the texts that `deno task simd` writes from `interface.ts`.
 *
 * @module
 */

import { BINARY, CONSTANTS, ELEMENTARY, type Kind, type Layout } from "../lib/engine/kernels/interface.ts";

/** Layouts by the name of what has them. */
type Layouts = Readonly<Record<string, Layout>>;

const WRITTEN = "Written by `deno task simd` from `interface.ts`: change that, and run it again.";
const { JOB_BYTES, HEADER_BYTES, FAILED_BYTE, SCRATCH_BYTES, INNER_BYTE } = CONSTANTS;

/** AssemblyScript's types. A truth value takes a whole word. */
const TYPES: Readonly<Record<Kind, string>> = {
  i32: "i32",
  bool: "i32",
  f32: "f32",
  f64: "f64",
  at: "usize",
};

const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

/**
 * Arguments with their words, counted from the first.
 *
 * @param owner the kernel or the table that has them, for messages
 * @throws RangeError if they take more room than a job has, or a number in double precision begins at an odd word, where
 *   AssemblyScript would leave a gap
 */
export function wordsIn(owner: string, layout: Layout): [argument: string, kind: Kind, word: number][] {
  let word = 0;
  const placed = Object.entries(layout).map(([argument, kind]): [string, Kind, number] => {
    if (kind === "f64" && word % 2 === 1) {
      throw new RangeError(`${owner}: f64 must begin at an even word, but ${argument} is at ${word}`);
    }
    const at = word;
    word += kind === "f64" ? 2 : 1;
    return [argument, kind, at];
  });
  const room = Math.min(FAILED_BYTE - HEADER_BYTES, SCRATCH_BYTES - INNER_BYTE, JOB_BYTES) / 4;
  if (word > room) {
    throw new RangeError(`${owner}: arguments may take ${room} words, but take ${word}`);
  }
  return placed;
}

/** Constants, and a class of each layout, for AssemblyScript. */
export function argumentsInAssemblyScript(kernels: Layouts, tables: Layouts): string {
  const operations = Object.entries({ ELEMENTARY, BINARY }).flatMap(([group, numbers]) =>
    Object.entries(numbers).map(([name, number]) => [`${group}_${name.toUpperCase()}`, number] as const)
  );
  const constants = [...Object.entries(CONSTANTS), ...operations].map(([name, value]) =>
    `export const ${name} = ${value};`
  );
  const classOf = (name: string, owner: string, layout: Layout): string => {
    const fields = wordsIn(owner, layout).map(([argument, kind]) => `  ${argument}: ${TYPES[kind]};`);
    return ["@unmanaged", `export class ${name} {`, ...fields, "}"].join("\n");
  };
  const classes = [
    ...Object.entries(kernels).map(([name, layout]) =>
      classOf(`${capital(name)}Arguments`, `kernel ${name}`, layout)
    ),
    ...Object.entries(tables).map(([name, layout]) => classOf(capital(name), `table ${name}`, layout)),
  ];
  return [`// ${WRITTEN}`, constants.join("\n"), ...classes].join("\n\n") + "\n";
}

/** The kernels by number, for AssemblyScript. */
export function kernelsInAssemblyScript(
  kernels: Layouts,
  sources: Readonly<Record<string, readonly string[]>>,
): string {
  const imports = Object.entries(sources).map(([source, names]) =>
    `import { ${names.join(", ")} } from "${source}";`
  );
  const classes = Object.keys(kernels).map((name) => `  ${capital(name)}Arguments,`);
  const cases = Object.keys(kernels).map((name, i) =>
    `    case ${i}: ${name}(changetype<${capital(name)}Arguments>(args), chunk, scratch); break;`
  );
  return [
    `// SIMD kernels on the shared memory of tfjs's wasm engine.`,
    `// ${WRITTEN}`,
    "//",
    "// A kernel does one chunk of its job. Chunks never write the same number, and no sum depends on how it is cut into chunks:",
    "// the bits are the same with any number of threads. Matrices lie row by row, in single precision.",
    "",
    "import {",
    ...classes,
    '} from "./arguments";',
    ...imports,
    'export { perform, performAll, performAlone, serve } from "./team";',
    "",
    "/** Does a chunk of a job of kernel number `kernel`. */",
    "export function run(kernel: i32, args: usize, chunk: i32, scratch: usize): void {",
    "  switch (kernel) {",
    ...cases,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** The kernels' numbers, and functions that write their arguments, for TypeScript. */
export function argumentsInTypeScript(kernels: Layouts, tables: Layouts): string {
  const value: Readonly<Record<Exclude<Kind, "f64">, (argument: string, word: string) => string>> = {
    i32: (argument, word) => `words[${word}] = args.${argument};`,
    at: (argument, word) => `words[${word}] = args.${argument};`,
    bool: (argument, word) => `words[${word}] = Number(args.${argument});`,
    f32: (argument, word) => `floats[${word}] = args.${argument};`,
  };
  const writer = (owner: "kernel" | "table", name: string, layout: Layout): string[] => {
    const lines = wordsIn(`${owner} ${name}`, layout).flatMap(([argument, kind, word]) => {
      const at = (word: number): string => word === 0 ? "at" : `at + ${word}`;
      return kind !== "f64" ? [value[kind](argument, at(word))] : [
        `doubles[0] = args.${argument};`,
        `words[${at(word)}] = halves[0]!;`,
        `words[${at(word + 1)}] = halves[1]!;`,
      ];
    });
    const floats = Object.values(layout).includes("f32") ? "floats" : "_";
    return [`  ${name}: (args, words, ${floats}, at) => {`, ...lines.map((line) => `    ${line}`), "  },"];
  };
  const numbers = Object.keys(kernels).map((name, i) => `  ${name}: ${i},`);
  return [
    "/**",
    " * The kernels' numbers, and functions that write their arguments.",
    " *",
    ` * ${WRITTEN}`,
    " *",
    " * @module",
    " */",
    "",
    'import type { Arguments, KernelName, TABLES, Values } from "./interface.ts";',
    "",
    "/** The kernels' numbers. */",
    "export const KERNEL = {",
    ...numbers,
    "} as const satisfies Readonly<Record<KernelName, number>>;",
    "",
    "const doubles = new Float64Array(1);",
    "const halves = new Int32Array(doubles.buffer);",
    "",
    "/** Writes arguments from word `at` on; `words` and `floats` are the same memory. */",
    "type Write<Args> = (args: Args, words: Int32Array, floats: Float32Array, at: number) => void;",
    "",
    "/** Writes the arguments of each kernel. */",
    "export const WRITE: { readonly [Name in KernelName]: Write<Arguments<Name>> } = {",
    ...Object.entries(kernels).flatMap(([name, layout]) => writer("kernel", name, layout)),
    "};",
    "",
    "/** Writes an entry of each table that kernels read besides their arguments. */",
    "export const WRITE_TABLE: { readonly [Name in keyof typeof TABLES]: Write<Values<(typeof TABLES)[Name]>> } = {",
    ...Object.entries(tables).flatMap(([name, layout]) => writer("table", name, layout)),
    "};",
    "",
  ].join("\n");
}
