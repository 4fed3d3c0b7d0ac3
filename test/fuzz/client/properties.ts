import { discoveryProperties } from './discovery.js';
import { httpProperties } from './http.js';
import { keySetProperties } from './key-sets.js';
import { resourceProperties } from './resource.js';
import { scopeProperties } from './scopes.js';
import { signedTokenProperties } from './signed-tokens.js';
import { tokenCheckProperties } from './token-check.js';
import { tokenEndpointProperties } from './token-endpoint.js';

export const clientProperties = [
  ...tokenEndpointProperties,
  ...tokenCheckProperties,
  ...signedTokenProperties,
  ...keySetProperties,
  ...discoveryProperties,
  ...httpProperties,
  ...resourceProperties,
  ...scopeProperties,
];
