import { createRequire } from 'node:module';

const { name, version } = createRequire(import.meta.url)('../../package.json') as {
  name: string;
  version: string;
};

/** What the provider's logs show where the site sets no name of its own. */
export const defaultUserAgent = `${name}/${version} (node ${process.versions.node})`;
