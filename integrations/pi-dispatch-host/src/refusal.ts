/** Why something is not done, and what would mend it; shown to the user as it stands. */
export class Refusal extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}
