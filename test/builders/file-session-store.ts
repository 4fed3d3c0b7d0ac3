import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import session, { type SessionData } from 'express-session';

/** A store for express-session with a file for each session: saves take a while, and cross each other. */
export class FileSessionStore extends session.Store {
  readonly #directory: string;
  #saves = 0;

  constructor(directory: string) {
    super();
    this.#directory = join(directory, 'sessions');
  }

  override get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    readFile(this.#path(id), 'utf8').then(
      (text) => callback(null, JSON.parse(text) as SessionData),
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? callback(null, null) : callback(error)),
    );
  }

  override set(id: string, data: SessionData, callback: (error?: unknown) => void = () => {}): void {
    this.#save(id, JSON.stringify(data)).then(() => callback(), callback);
  }

  override destroy(id: string, callback: (error?: unknown) => void = () => {}): void {
    rm(this.#path(id), { force: true }).then(() => callback(), callback);
  }

  /** All that is on the disk. */
  async dump(): Promise<string> {
    const files = (await readdir(this.#directory)).filter((name) => name.endsWith('.json'));
    return (await Promise.all(files.map((name) => readFile(join(this.#directory, name), 'utf8')))).join('\n');
  }

  async #save(id: string, text: string): Promise<void> {
    this.#saves += 1;
    const unfinished = `${this.#path(id)}.${this.#saves}`;
    await mkdir(this.#directory, { recursive: true });
    await writeFile(unfinished, text);
    await rename(unfinished, this.#path(id));
  }

  #path(id: string): string {
    return join(this.#directory, `${Buffer.from(id).toString('hex')}.json`);
  }
}
