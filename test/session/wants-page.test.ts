import { describe, expect, test } from '@jest/globals';
import { isNavigation, wantsPage } from '../../lib/session/wants-page.js';

const html = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('who asks', () => {
  test.each([
    ['a tab', { 'sec-fetch-dest': 'document', accept: html }],
    ['a frame', { 'sec-fetch-dest': 'iframe' }],
    ['an old frame', { 'sec-fetch-dest': 'frame' }],
    ['an older browser', { accept: html }],
  ])('%s is a person', (_name, headers) => {
    expect(isNavigation(headers)).toBe(true);
  });

  test.each([
    ['fetch', { 'sec-fetch-dest': 'empty', accept: '*/*' }],
    ['fetch that asks for HTML, to put it into the page', { 'sec-fetch-dest': 'empty', accept: html }],
    ['an image', { 'sec-fetch-dest': 'image' }],
    ['a script tag', { 'sec-fetch-dest': 'script', accept: '*/*' }],
    ['jQuery in an older browser', { 'x-requested-with': 'XMLHttpRequest', accept: html }],
    ['axios in an older browser', { accept: 'application/json, text/plain, */*' }],
    ['a browser that loads a page in advance', { 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch' }],
    ['one that paints it, too', { 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch;prerender' }],
    ['an older one', { accept: html, purpose: 'prefetch' }],
    ['curl', { accept: '*/*' }],
    ['nobody in particular', {}],
  ])('%s is a script', (_name, headers) => {
    expect(isNavigation(headers)).toBe(false);
  });

  test.each([
    ['GET', true],
    ['HEAD', true],
    ['POST', false],
    ['PUT', false],
    ['DELETE', false],
  ])('%s opens a page: %s', (method, opens) => {
    expect(wantsPage(method, { accept: html })).toBe(opens);
  });
});
