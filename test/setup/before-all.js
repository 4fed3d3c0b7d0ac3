export { setUp as default } from './shared-chromium.js';
