export { tearDown as default } from './shared-chromium.js';
