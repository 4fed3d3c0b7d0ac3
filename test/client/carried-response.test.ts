import { describe, expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { CarriedResponse } from '../../lib/client/carried-response.js';
import { stringField } from '../../lib/json.js';

const server = { issuer: 'https://provider.example', introspection_endpoint: 'https://provider.example/introspect' };
const client = { client_id: 'an id' };
const json = 'application/json; charset=utf-8';

const answers: [what: string, status: number, contentType: string | undefined, body: string][] = [
  ['an active token', 200, json, '{"active":true,"sub":"é 😀"}'],
  ['an inactive one', 200, 'application/json', '{"active":false}'],
  ['a byte order mark', 200, json, '\uFEFF{"active":true}'],
  ['no boolean', 200, json, '{"active":"true"}'],
  ['a list', 200, json, '[true]'],
  ['no JSON', 200, json, '{"active":'],
  ['a page', 200, 'text/html', '<html>'],
  ['JSON called a page', 200, 'text/html', '{"active":true}'],
  ['no content type', 200, undefined, '{"active":true}'],
  ['nothing', 200, json, ''],
  ['a signed answer that is none', 200, 'application/token-introspection+jwt', '{"active":true}'],
  ['an error', 400, json, '{"error":"invalid_client","error_description":"who?"}'],
  ['an error called a page', 401, 'text/html', '{"error":"invalid_client"}'],
  ['an error without a name', 401, json, '{"error":""}'],
  ['a refusal in no JSON', 403, json, 'no'],
  ['another success', 201, json, '{"active":true}'],
];

/** What a library function makes of an answer: its value, or the outline of what it threw. */
async function verdict(processed: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await processed() };
  } catch (error) {
    const { name, message, code, error: named, status, cause } = error as Error & Record<string, unknown>;
    return { name, message, code, named, status, cause: stringField(cause, 'message') ?? typeof cause };
  }
}

const processors: [name: string, (response: Response) => Promise<unknown>][] = [
  ['introspection', (response) => oauth.processIntrospectionResponse(server, client, response)],
  ['revocation', (response) => oauth.processRevocationResponse(response)],
  ['refresh', (response) => oauth.processRefreshTokenResponse(server, client, response)],
];

describe.each(processors)('a carried answer of %s', (_name, processed) => {
  test.each(answers)('is judged by oauth4webapi as a real Response is: %s', async (_what, status, type, body) => {
    const real = new Response(body, { status, headers: { 'content-type': type ?? '' } });
    const headers = type === undefined ? {} : { 'content-type': type };
    const carried = new CarriedResponse({ status, headers, body }).asResponse();
    const judged = await verdict(() => processed(carried));
    expect(judged).toEqual(await verdict(() => processed(real)));
    expect(carried.bodyUsed).toBe(real.bodyUsed);
  });
});

test('a carried answer can be read once', async () => {
  const carried = new CarriedResponse({ status: 200, headers: {}, body: '{}' });
  expect(await carried.clone().json()).toEqual({});
  expect(await carried.json()).toEqual({});
  await expect(carried.json()).rejects.toThrow(TypeError);
  await expect(carried.text()).rejects.toThrow(TypeError);
});
