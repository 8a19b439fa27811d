/**
 * Pages by which a site’s defence answers in the site’s place, told by published marks. Pure. Names of vendors by the
 * headers, cookies and words that wafw00f 2.4.2 (BSD-3-Clause) has for them; challenges by what their vendors document.
 */

import type { Answer } from './attempt.ts';

export interface BlockPage {
  readonly vendor: string;
  /** The page is the defence’s own: a challenge or a block. Else the vendor merely stands before the site. */
  readonly challenges: boolean;
}

type Mark = Readonly<{ header: string; value: RegExp } | { cookie: RegExp } | { body: RegExp }>;

interface Vendor {
  readonly vendor: string;
  /** Any of them: that vendor stands before the site. */
  readonly present: readonly Mark[];
  /** Any of them: the page is theirs. */
  readonly challenges: readonly Mark[];
}

const header = (name: string, value: RegExp): Mark => ({ header: name, value });
const cookie = (name: RegExp): Mark => ({ cookie: name });
const body = (text: RegExp): Mark => ({ body: text });

const vendors: readonly Vendor[] = [
  {
    vendor: 'Cloudflare',
    present: [header('server', /cloudflare/i), header('cf-ray', /./), cookie(/^__cf_?duid|^__cf_bm/)],
    // Cloudflare: "Detect a Challenge Page response" names this header.
    challenges: [header('cf-mitigated', /challenge/i), body(/<title>(?:Just a moment|Attention Required)/i)],
  },
  {
    vendor: 'DataDome',
    present: [header('x-datadome', /./i), header('x-dd-b', /./), cookie(/^datadome=/), header('server', /datadome/i)],
    challenges: [body(/captcha-delivery\.com/i)],
  },
  {
    vendor: 'Akamai',
    present: [header('server', /AkamaiGHost/i), cookie(/^(?:_abck|ak_bmsc|bm_sz)=/)],
    challenges: [
      body(/<H1>Access Denied<\/H1>[\s\S]*Reference(?:\s|&#32;)*(?:#|&#35;)/i),
      body(/errors\.edgesuite\.net/i),
    ],
  },
  {
    vendor: 'HUMAN (PerimeterX)',
    present: [cookie(/^_px/)],
    challenges: [
      body(/perimeterx\.(?:com|net)\/whywasiblocked|client\.perimeterx\.(?:net|com)/i),
      body(/denied because we believe you are using automation tools/i),
      body(/px-captcha/i),
    ],
  },
  {
    vendor: 'Imperva (Incapsula)',
    present: [cookie(/^(?:incap_ses|visid_incap)/), header('x-iinfo', /./)],
    challenges: [body(/incapsula incident id|powered by incapsula|\/_Incapsula_Resource/i)],
  },
  {
    vendor: 'AWS WAF',
    present: [header('x-blocked-by-waf', /./i), cookie(/^aws-waf-token=/)],
    // AWS WAF Developer Guide: the action that a rule took.
    challenges: [header('x-amzn-waf-action', /challenge|captcha/i)],
  },
  {
    vendor: 'Sucuri',
    present: [header('x-sucuri-id', /./), header('server', /sucuri/i)],
    challenges: [header('x-sucuri-block', /./), body(/Sucuri Website Firewall/i)],
  },
  {
    vendor: 'DDoS-Guard',
    present: [header('server', /ddos-guard/i), cookie(/^__ddg/)],
    challenges: [body(/<title>DDoS-Guard/i)],
  },
  {
    vendor: 'Qrator',
    present: [header('server', /qrator/i)],
    challenges: [body(/__qrator/i)],
  },
];

/** A page of a defence says no by a status of its own, and a few by one that looks good. */
const mayBlock = (status: number): boolean => status >= 400 || status === 202;

/** `null`: nobody known stands there, or the site itself answered well. */
export function blockPageOf(answer: Answer): BlockPage | null {
  if (!mayBlock(answer.status)) return null;
  const shows = (mark: Mark): boolean => bears(answer, mark);
  for (const { vendor, present, challenges } of vendors) {
    if (challenges.some(shows)) return { vendor, challenges: true };
    if (present.some(shows)) return { vendor, challenges: false };
  }
  return null;
}

function bears({ headers, excerpt }: Answer, mark: Mark): boolean {
  if ('header' in mark) return mark.value.test(headers.get(mark.header) ?? '');
  if ('cookie' in mark) return mark.cookie.test(headers.get('set-cookie') ?? '');
  return mark.body.test(excerpt);
}

const bodyMarks = vendors.flatMap(({ present, challenges }) =>
  [...present, ...challenges].flatMap((mark) => ('body' in mark ? [mark.body] : [])),
);

const markSideCharactersMax = 100;

/**
 * All of a page that is kept where its body may not be (PV-2.1): the published marks that stand in it, so that it is
 * told from them as it would be from the whole page. Of a long mark its two ends.
 */
export function markedWordsOf(page: string): string {
  const words = bodyMarks.flatMap((mark) => mark.exec(page)?.[0] ?? []);
  return words
    .map((word) =>
      word.length <= 2 * markSideCharactersMax
        ? word
        : `${word.slice(0, markSideCharactersMax)}\n${word.slice(-markSideCharactersMax)}`,
    )
    .join('\n');
}
