/** The browser that the end-to-end tests drive, if there is one. */
export function findChromium(): string | undefined;
