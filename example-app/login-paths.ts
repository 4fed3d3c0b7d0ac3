/** Where things are that have to do with one provider; all but the second factor are routes of `loginSession`. */
export function loginPaths(provider: string) {
  const start = `/auth/${provider}`;
  return {
    start,
    callback: `${start}/callback`,
    link: `${start}/link`,
    unlink: `${start}/unlink`,
    secondFactor: `${start}/mfa`,
  };
}
