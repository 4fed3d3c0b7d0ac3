import { clientProperties } from './client/properties.js';
import { fuzz } from './in-tests.js';

fuzz(clientProperties);
