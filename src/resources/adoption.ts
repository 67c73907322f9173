/** Groups that run already when the daemon starts. */
/** What to do with a group that is found running at the start. */
export interface Adoption {
  /** The term of the claim that an earlier life of this daemon had; 0 = none. */
  readonly term: number;
  /** Also when only some of it runs: nobody may touch it. */
  readonly whatever: boolean;
  readonly reason: string;
}
