import { createRequire } from 'node:module';

// By the package's own name, which leads there from the sources and from the built files alike.
const { name, version } = createRequire(import.meta.url)('passport-fortytwo/package.json') as {
  name: string;
  version: string;
};

/** What the provider's logs show where the site sets no name of its own. */
export const defaultUserAgent = `${name}/${version} (node ${process.versions.node})`;
