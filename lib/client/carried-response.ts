import type { HttpAnswer } from '../http/messages.js';

/**
 * An answer as oauth4webapi reads it. A real `Response` makes a stream of bytes of what is text already, which costs more
 * than all that the library does with it. The library reads no more of a Response than is here, and knows one by its tag.
 */
export class CarriedResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  bodyUsed = false;
  readonly #text: string;

  /** Of the headers, the library gets to see the content type alone. */
  constructor({ status, headers, body }: HttpAnswer) {
    const contentType = headers['content-type'] ?? '';
    this.status = status;
    this.headers = { get: (name) => (name === 'content-type' ? contentType : null) };
    this.#text = body;
  }

  /** For the library, whose types ask for all of a Response. */
  asResponse(): Response {
    return this as unknown as Response;
  }

  get [Symbol.toStringTag](): string {
    return 'Response';
  }

  get body(): { cancel(): Promise<void> } {
    return {
      cancel: async () => {
        this.bodyUsed = true;
      },
    };
  }

  async text(): Promise<string> {
    if (this.bodyUsed) throw new TypeError('The body was read already');
    this.bodyUsed = true;
    // A byte order mark is not part of a text (Fetch §5.3).
    return this.#text.startsWith('\uFEFF') ? this.#text.slice(1) : this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  clone(): CarriedResponse {
    const copy = new CarriedResponse({ status: this.status, headers: {}, body: this.#text });
    return Object.assign(copy, { headers: this.headers });
  }
}
