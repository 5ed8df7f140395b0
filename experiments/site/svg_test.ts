import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { heatMap, toSvg } from "../../figure/mod.ts";
import { inlineSvg } from "./svg.ts";

const inline = (svg: string): string => inlineSvg(svg, "a curve", "run-0-");
const refused = (svg: string, why: string): void => {
  assertThrows(() => inline(svg), TypeError, why);
};

Deno.test("a drawing is written anew: named, without prologue, name spaces and comments", () => {
  assertEquals(
    inline(
      '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg" ' +
        'xmlns:xlink="http://www.w3.org/1999/xlink" role="x" width="4"><!-- --><g fill=\'red\'></g>' +
        "<text>a &lt; b</text><path d='M0 0'/></svg>\n",
    ),
    '<svg role="img" aria-label="a curve" width="4"><g fill="red"></g><text>a &lt; b</text><path d="M0 0"/></svg>',
  );
});

Deno.test("its name may hold any sign", () => {
  assertStringIncludes(
    inlineSvg("<svg/>", 'cost in $& and "<b>"', ""),
    'aria-label="cost in $&amp; and &quot;&lt;b&gt;&quot;"',
  );
});

Deno.test("ids get a prefix, so that drawings on one page do not share them", () => {
  assertEquals(
    inline(
      '<svg><defs><clipPath id="clip0"><rect/></clipPath></defs><g clip-path="url(#clip0)"/></svg>',
    ),
    '<svg role="img" aria-label="a curve"><defs><clipPath id="run-0-clip0"><rect/></clipPath></defs>' +
      '<g clip-path="url(#run-0-clip0)"/></svg>',
  );
});

Deno.test("a real drawing keeps all its elements and texts", async () => {
  const svg = await toSvg(
    heatMap({ matrix: [[1, 0], [0, 2]], title: "a <b>", quantity: "q", blocks: [1, 1] }),
  );
  const html = inline(svg);
  assertStringIncludes(html, "a &lt;b&gt;");
  for (const tag of ["<g", "<path", "<text", "<linearGradient", "<stop"]) {
    assertEquals(html.split(tag).length, svg.split(tag).length, tag);
  }
  assertEquals(html.match(/https?:|xmlns/g), null);
});

Deno.test("what runs or loads something is refused, however it is spelt", () => {
  const attribute = (text: string) => `<svg><path ${text}/></svg>`;
  for (
    const tag of [
      "script",
      "foreignObject",
      "title",
      "a",
      "animate",
      "use",
      "image",
      "iframe",
      "SVG",
      "svg:script",
    ]
  ) {
    refused(`<svg><${tag}/></svg>`, `it contains <${tag}>`);
  }
  for (const name of ["onload", "ONLOAD", "style", "xml:base", "href", "xlink:href", "data-x"]) {
    refused(attribute(`${name}=""`), `it contains the attribute "${name}"`);
  }
  for (
    const value of [
      'fill="url(https://example.org/#a)"',
      'fill="url( #a)"',
      'fill="u\\72l(a)"',
      'transform="url(x)"',
      'fill="&#117;rl(x)"',
      'fill="image-set(x)"',
      'id="a b"',
    ]
  ) refused(attribute(value), "a drawing must neither run nor load anything, but it has ");
  // A name of 60 letters is told whole, and of a longer one its first 60.
  const long = "n".repeat(60);
  refused(`<svg><${long}/></svg>`, `it contains <${long}>`);
  refused(`<svg><${long}m/></svg>`, `it contains <${long}…>`);
  assertMatch(inline(attribute('transform="translate(0.5,3) rotate(90)" fill="rgb(1, 2, 3)"')), /rotate/);
});

Deno.test("a style sheet is left out with its text, since it would hold for the whole page", () => {
  const bare = '<svg role="img" aria-label="a curve"><g/></svg>';
  assertEquals(inline("<svg><style>body { display: none }</style><g/></svg>"), bare);
  assertEquals(inline("<svg><style><![CDATA[</style><script>]]></style><style/><g/></svg>"), bare);
  refused("<svg><style><g/></style></svg>", "it contains <g>");
  refused("<style/>", "it contains <style>");
});

Deno.test("what is no one SVG element is refused", () => {
  refused("<div/>", "it contains <div>");
  refused("<svg/><svg/>", "must be well-formed XML");
  refused("<svg><g></svg></g>", "must be well-formed XML");
  refused("<svg>", "must be well-formed XML");
  refused("", "must be well-formed XML");
  refused("<svg/><script/>", "");
  refused("<!DOCTYPE svg><svg/>", "it contains a document type");
  refused("<svg>&nbsp;</svg>", "must be well-formed XML");
  refused('<svg width="1" width="2"/>', "must be well-formed XML");
  refused("<svg>\0</svg>", "must be well-formed XML");
  refused("<g>".repeat(200).replace("<g>", "<svg>"), "elements more than 100 deep in each other");
  assertEquals(inline("<svg><text><![CDATA[<script>]]></text></svg>").includes("<script"), false);
});

/** How many letters of texts are looked at, by whoever looks, while something is done. */
function lettersRead(todo: () => void): number {
  const { charCodeAt, slice } = String.prototype, { exec } = RegExp.prototype;
  let letters = 0;
  String.prototype.charCodeAt = function (at) {
    letters++;
    return charCodeAt.call(this, at);
  };
  String.prototype.slice = function (from, to) {
    const part = slice.call(this, from, to);
    letters += part.length;
    return part;
  };
  RegExp.prototype.exec = function (text) {
    const from = this.lastIndex, found = exec.call(this, text);
    letters += (found === null ? text.length : found.index + found[0].length) - from;
    return found;
  };
  try {
    todo();
  } finally {
    Object.assign(String.prototype, { charCodeAt, slice });
    RegExp.prototype.exec = exec;
  }
  return letters;
}

/** Texts of about a size that a reader could spend its square on. */
const NASTY: Readonly<Record<string, (size: number) => string>> = {
  "brackets": (size) => "<svg>" + "<".repeat(size),
  "words like handlers": (size) => "<svg " + "on ".repeat(size / 3),
  "open elements": (size) => "<svg>" + "<g>".repeat(size / 3),
  "elements": (size) => "<svg>" + '<g id="a"/>'.repeat(size / 11) + "</svg>",
  "a long name": (size) => "<svg><" + "g".repeat(size),
  "a long path": (size) => '<svg><path d="' + "M0 0".repeat(size / 4) + '"/></svg>',
  "a long address": (size) => '<svg><path fill="' + "url(#a".repeat(size / 6) + '"/></svg>',
  "a long transform": (size) => '<svg><g transform="' + "(".repeat(size) + '"/></svg>',
  "references": (size) => "<svg><text>" + "&amp;".repeat(size / 5) + "</text></svg>",
  "a reference without end": (size) => "<svg><text>&" + "a".repeat(size),
  "comments": (size) => "<svg>" + "<!---->".repeat(size / 7) + "</svg>",
  "a comment without end": (size) => "<svg><!--" + "- ".repeat(size / 2),
  "CDATA without end": (size) => "<svg><![CDATA[" + "]]".repeat(size / 2),
  "spaces": (size) => "<svg" + " ".repeat(size) + "/>",
  "entities": (size) => "<!DOCTYPE svg [" + '<!ENTITY a "&b;&b;">'.repeat(size / 20) + "]><svg>&a;</svg>",
};

for (const [name, textOf] of Object.entries(NASTY)) {
  Deno.test(`a drawing is read in proportion to its length: ${name}`, () => {
    const perLetter = [80e3, 8e6].map((size) => {
      const svg = textOf(size);
      return lettersRead(() => {
        try {
          inline(svg);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
      }) / svg.length;
    });
    // A letter is looked at by the parser, and by each of the checks of its value.
    for (const reads of perLetter) assert(reads < 20, `${perLetter}`);
  });
}

Deno.test("what a drawing says of its parts stays; of the whole, the page says it", () => {
  assertEquals(
    inline(
      '<svg role="x" aria-label="y"><g role="list" aria-label="two lines"><path aria-label="one"/></g></svg>',
    ),
    '<svg role="img" aria-label="a curve"><g role="list" aria-label="two lines"><path aria-label="one"/></g></svg>',
  );
});
