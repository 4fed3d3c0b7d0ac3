// Other versions under other names, and packages without types of their own.
declare module 'express4' {
  export { default } from 'express';
}
declare module 'passport06' {
  export { Passport } from 'passport';
}
declare module 'cookie-session' {
  import type { RequestHandler } from 'express';

  export default function cookieSession(options: { keys: string[] }): RequestHandler;
}
