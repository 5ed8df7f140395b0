/**
 * Visits pages in a real browser, for tests: takes a list of visits as JSON on stdin, gives what was seen and heard as JSON
 * on stdout. A process of its own, so that only it is granted what playwright asks for.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import { BROWSER, type Reading, type Step, type Visit, type Visited } from "./visit.ts";

/** Everything on the page that a test asks for. */
async function read(page: Page): Promise<Reading> {
  await page.locator('main[aria-busy="false"]').waitFor();
  const places = await page.locator("[data-name]").evaluateAll((cells) =>
    cells.map((cell) => [cell.getAttribute("data-name"), cell.getAttribute("data-value"), cell.textContent])
  );
  const column = (i: number): Record<string, string> =>
    Object.fromEntries(places.map((place) => [place[0], place[i]]));
  const marker = page.locator("#curve .point.mean-field");
  return {
    numbers: column(1),
    texts: column(2),
    words: await page.locator("#words").innerText(),
    curve: await page.locator("#curve .line.mean-field").getAttribute("points") ?? "",
    marker: [await marker.getAttribute("cx") ?? "", await marker.getAttribute("cy") ?? ""],
    overflow: await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth),
    milliseconds: Number(await page.locator("#milliseconds").textContent()),
  };
}

async function take(page: Page, { control, fill, press = [] }: Step): Promise<void> {
  const at = page.locator(`#${control}`);
  if (fill === "check") await at.check();
  else if (fill !== undefined) await at.fill(fill);
  for (const key of press) await at.press(key);
}

const visits = await new Response(Deno.stdin.readable).json() as Visit[];
const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox", "--disable-gpu"] });
const visited: Visited[] = [];
try {
  for (const { url, width, scheme, steps, screenshot } of visits) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const heard: string[] = [];
    page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => heard.push(`thrown: ${error.message}`));
    page.on("request", (request) => request.url() !== url && heard.push(`request: ${request.url()}`));
    await page.goto(url);
    const readings = [await read(page)];
    for (const step of steps) {
      await take(page, step);
      readings.push(await read(page));
    }
    if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true });
    visited.push({ readings, heard });
    await page.close();
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(visited));
