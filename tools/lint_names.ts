/**
 * A rule of `deno lint`: nobody's variable is called `of`, which `deno publish` reads as the keyword.
 *
 * @module
 */

const plugin: Deno.lint.Plugin = {
  name: "grae",
  rules: {
    "no-of": {
      create: (context) => ({
        Identifier(node) {
          const parent = node.parent as unknown as Readonly<Record<string, unknown>>;
          // The name of a property or of a member of a tuple is no variable, unless it stands for one as well.
          const names = [parent.key, parent.property, parent.label].includes(node) && !parent.shorthand;
          if (node.name === "of" && !names) {
            context.report({
              node,
              message: "a variable is called of, which deno publish reads as the keyword",
            });
          }
        },
      }),
    },
  },
};
export default plugin;
