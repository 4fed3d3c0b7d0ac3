/** Where a login begins, where the provider sends people back to, and where a second factor is asked for. */
export function loginPaths(provider: string) {
  const start = `/auth/${provider}`;
  return { start, callback: `${start}/callback`, secondFactor: `${start}/mfa` };
}
