import { type Answer, type Call, jsonAnswer } from '../http.js';

const DEFAULT_SIZE = 30;
const MAX_SIZE = 100;

/** One page of a list, with the `Link` and `X-` headers of 42. What makes no sense as a page counts as not asked. */
export function paginate(list: readonly unknown[], call: Call, url: string): Answer {
  const numberName = call.query.has('page[number]') ? 'page[number]' : 'page';
  const number = positive(call.query.get(numberName)) ?? 1;
  const asked = positive(call.query.get('page[size]')) ?? positive(call.query.get('per_page'));
  const size = Math.min(asked ?? DEFAULT_SIZE, MAX_SIZE);
  const last = Math.max(1, Math.ceil(list.length / size));

  const linkTo = (page: number, rel: string) => {
    const query = new URLSearchParams(call.query);
    query.delete('access_token');
    query.set(numberName, String(page));
    return `<${url}${call.path}?${query}>; rel="${rel}"`;
  };
  const links = [linkTo(1, 'first')];
  if (number > 1) links.push(linkTo(Math.min(number - 1, last), 'prev'));
  links.push(linkTo(last, 'last'));
  if (number < last) links.push(linkTo(number + 1, 'next'));

  return jsonAnswer(200, list.slice((number - 1) * size, number * size), {
    link: links.join(', '),
    'x-page': String(number),
    'x-per-page': String(size),
    'x-total': String(list.length),
  });
}

function positive(text: string | null): number | undefined {
  if (text === null || !/^\d{1,9}$/.test(text)) return undefined;
  return Number(text) || undefined;
}
