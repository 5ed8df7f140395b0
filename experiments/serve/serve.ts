/**
 * `deno task serve`: reads the command line, and starts the server with the permissions that it needs and no others. Run
 * the job itself to grant them by hand.
 *
 * @module
 */
