/** Questions to the other thread that wait for their answers. */
export class Questions<O> {
  readonly #waiting = new Map<number, (outcome: O) => void>();
  #last = 0;

  /** @param send carries the question, with its number, to the other side */
  ask(send: (question: number) => void): Promise<O> {
    this.#last += 1;
    const question = this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(question, resolve);
      send(question);
    });
  }

  answered(question: number, outcome: O): void {
    this.#waiting.get(question)?.(outcome);
    this.#waiting.delete(question);
  }

  /** Nobody is there to answer any more. */
  answerAll(outcome: O): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const answer of waiting) answer(outcome);
  }
}
