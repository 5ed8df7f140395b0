/**
 * Opens pages that train in a real browser, for a test: takes them as JSON on stdin, gives what they came to as JSON on stdout.
 *
 * @module
 */

import { chromium } from "playwright-core";
import { BROWSER } from "./visit.ts";

/** A page with its script. */
export interface Trial {
  readonly script: string;
  /** The engine that it asks for. */
  readonly engine: "auto" | "wasm";
  /** Whether it is served so that it may share memory with threads. */
  readonly isolated: boolean;
}

/** What it came to. */
export interface Trained {
  /** Whether the page is cross-origin isolated. */
  readonly isolated: boolean;
  readonly body: string;
  /** How many workers the page has in the end, and how many cores it sees. */
  readonly workers: number;
  readonly cores: number;
  /** Everything on the console, and errors that nobody caught. */
  readonly heard: readonly string[];
}

/** What makes a page cross-origin isolated. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

if (import.meta.main) {
  const trials = await new Response(Deno.stdin.readable).json() as Trial[];
  const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox", "--disable-gpu"] });
  const all: Trained[] = [];
  try {
    for (const { script, engine, isolated } of trials) {
      const page = await browser.newPage();
      const heard: string[] = [];
      page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => heard.push(`thrown: ${error.message}`));
      // Answered here, so that nothing listens on a port.
      await page.route("http://localhost/**", (route) =>
        route.fulfill(
          route.request().url().endsWith("script.js") ? { contentType: "text/javascript", body: script } : {
            contentType: "text/html",
            headers: isolated ? ISOLATED : {},
            body: '<!doctype html><link rel="icon" href="data:,"><body aria-busy="true">' +
              '<script type="module" src="script.js"></script>',
          },
        ));
      await page.goto(`http://localhost/?engine=${engine}`);
      await page.locator('body[aria-busy="false"]').waitFor();
      all.push({
        isolated: await page.evaluate<boolean>("crossOriginIsolated"),
        body: await page.locator("body").innerText(),
        workers: page.workers().length,
        cores: await page.evaluate<number>("navigator.hardwareConcurrency"),
        heard,
      });
      await page.close();
    }
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(all));
}
