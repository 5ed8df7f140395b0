/**
 * Opens pages in a real browser, for a test: takes views as JSON on stdin, gives what was seen and heard as JSON on stdout.
 *
 * @module
 */

import { chromium } from "playwright-core";
import { BROWSER } from "../live/visit.ts";

/** How a page is looked at. */
export interface Look {
  /** Of the window, in CSS pixels. */
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** A page that is opened once, and looked at in several ways. */
export interface View {
  readonly url: string;
  readonly looks: readonly Look[];
}

/** What came of it. */
export interface Seen {
  /**
   * For each look, how much wider the page is than its window, in CSS pixels, and the colour behind it, by which light
   * and dark are told apart.
   */
  readonly looks: readonly { readonly overflow: number; readonly paper: string }[];
  /** How many pictures are broken. */
  readonly lost: number;
  /** Everything on the console, errors that nobody caught, and requests but that of the page itself. */
  readonly heard: readonly string[];
}

if (import.meta.main) {
  const views = await new Response(Deno.stdin.readable).json() as View[];
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const all: Seen[] = [];
  try {
    const page = await browser.newPage();
    let open = "", heard: string[] = [];
    page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => heard.push(`thrown: ${error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== open && !url.startsWith("data:")) heard.push(`request: ${url}`);
    });
    for (const { url, looks } of views) {
      open = url;
      heard = [];
      await page.goto(url);
      const seen: Seen["looks"][number][] = [];
      for (const { width, scheme } of looks) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: scheme });
        seen.push({
          overflow: await page.locator("html").evaluate((root) => root.scrollWidth - root.clientWidth),
          paper: await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"),
        });
      }
      const lost = await page.evaluate<number>(
        "[...document.images].filter((one) => one.naturalWidth === 0).length",
      );
      all.push({ looks: seen, lost, heard });
    }
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(all));
}
