import type { Response } from 'express';
import { escapeHTML } from './html.js';

/** What the page says. */
export interface ConsentQuestion {
  /** The provider's name, as people call it. */
  readonly provider: string;
  /** What the page needs and the person has not granted. */
  readonly scopes: readonly string[];
  /** Where it goes on; sealed for this login, so that no other site can send the person there. */
  readonly url: string;
}

/**
 * Answers with a page that says what will happen, and leaves it to the person to go on: the provider asks for consent
 * anew only once what was granted before has ended.
 */
export function askBeforeConsent(res: Response, { provider, scopes, url }: ConsentQuestion): void {
  const [name, what] = [escapeHTML(provider), escapeHTML(scopes.join(', '))];
  res.setHeader('Cache-Control', 'no-store');
  // Nobody is to press the button in a frame of another site.
  res.setHeader('X-Frame-Options', 'DENY');
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.status(403).end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>This page needs more from ${name}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem}</style>
<h1>This page needs more from ${name}</h1>
<p>It needs what you have not allowed yet: <strong>${what}</strong>.</p>
<p>If you go on, what you allowed this site before ends, and ${name} asks you anew. If you stay, nothing changes.</p>
<p><a href="${escapeHTML(url)}">Go on to ${name}</a></p>
</html>
`);
}
