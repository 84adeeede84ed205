import { guardEndpoint } from './endpoint-guard.ts';

interface AnyClient {
  middlewareStack: object;
  destroy(): void;
}

/** A client of the SDK that is made with the first call, so that faulty settings are an answer to a call like any other. */
export class LazyClient<Client extends AnyClient> {
  readonly #make: () => Promise<Client>;
  #made: Promise<Client> | undefined;

  constructor(make: () => Promise<Client>) {
    this.#make = make;
  }

  /** Refuses insecure endpoints. Made anew after a failure: what was wrong with the settings can be put right. */
  get(): Promise<Client> {
    this.#made ??= this.#open();
    return this.#made;
  }

  destroy(): void {
    void this.#made?.then(
      (client) => client.destroy(),
      () => undefined,
    );
  }

  async #open(): Promise<Client> {
    try {
      const client = await this.#make();
      guardEndpoint(client);
      return client;
    } catch (error) {
      this.#made = undefined;
      throw error;
    }
  }
}
