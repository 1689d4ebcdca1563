/** What `core`, `contract` and `wording` use of the things that Node and browsers both have: its own type-check loads neither. */
interface AbortSignal {
  readonly aborted: boolean;
}
