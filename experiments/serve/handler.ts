/**
 * Answers to requests for the pages of a site.
 *
 * @module
 */

/** Answers requests with the files of a folder. */
export function siteHandler(_site: string): (request: Request) => Promise<Response> {
  return () => Promise.resolve(new Response(null, { status: 501 }));
}
