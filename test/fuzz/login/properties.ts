import { callbackProperties } from './callback.js';
import { cookieProperties } from './cookies.js';
import { requestProperties } from './requests.js';
import { returnToProperties } from './return-to.js';

export const loginProperties = [
  ...callbackProperties,
  ...returnToProperties,
  ...cookieProperties,
  ...requestProperties,
];
