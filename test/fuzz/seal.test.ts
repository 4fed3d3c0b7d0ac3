import { fuzz } from './in-tests.js';
import { sealProperties } from './seal/seal.js';

fuzz(sealProperties);
