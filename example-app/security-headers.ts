import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { SiteProviders } from './site-provider.js';

/** No scripts at all, nothing from elsewhere but pictures, and no other site may frame a page. */
export function securityHeaders(providers: SiteProviders): RequestHandler {
  const origins = providers.map(({ client }) => new URL(client.provider.profileEndpoint).origin);
  const isSecure = providers[0].callbackURL.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        // People's pictures come from a CDN of the provider, whose name changes; from a local one they come over http.
        'img-src': ["'self'", 'https:', ...origins],
        // Chromium applies it to redirects after a POST too; ours never leave the site.
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // With helmet's no-referrer a browser posts our own forms with `Origin: null`.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isSecure && { maxAge: 365 * 24 * 60 * 60 },
    xFrameOptions: { action: 'deny' },
  });
}
