// Until the rooms that read it here are gone.
export { OPTIMISED_OUT } from "./names.ts";
