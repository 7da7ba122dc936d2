/** What survives JSON unchanged. Records, parameters and manifests are made of it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }
