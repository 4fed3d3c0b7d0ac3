import { apiProperties } from './api.js';
import { challengeProperties } from './challenge.js';
import { routingProperties } from './routing.js';
import { tokenProperties } from './token.js';

export const bearerProperties = [...tokenProperties, ...challengeProperties, ...routingProperties, ...apiProperties];
