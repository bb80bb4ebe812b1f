/** One holder at a time for one program, as long as a tick lasts (SPEC 11). */
export interface Lock {
  /** Taken, or held by a living other, whose name it tells. Throws PortError when it cannot be told. */
  readonly acquire: () => Promise<
    { readonly held: true; readonly release: () => Promise<void> } | { readonly held: false; readonly by: string }
  >
}
