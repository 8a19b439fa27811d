/**
 * What websites say to those whom they serve and to those whom they do not want, with the marks by which the guards that
 * are for sale can be told: header names and words as their makers publish them.
 */

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const html = 'text/html; charset=utf-8';

const page = (title: string, body: string): string =>
  `<!DOCTYPE html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body>\n${body}\n</body>\n</html>\n`;

const plain = (status: number, title: string, said: string, more: Answer['headers'] = {}): Answer => ({
  status,
  headers: { server: 'nginx', 'content-type': html, ...more },
  body: page(title, said),
});

export const targetAnswers = {
  works: plain(200, 'Shop', '<h1>Products</h1>\n<ul><li>Kettle</li><li>Toaster</li></ul>'),
  forbidden: plain(403, '403 Forbidden', '<center><h1>403 Forbidden</h1></center>\n<hr><center>nginx</center>'),
  limited: plain(429, '429 Too Many Requests', '<h1>Too many requests</h1>\n<p>Slow down.</p>', {
    'retry-after': '30',
  }),
  broken: plain(500, '500 Internal Server Error', '<center><h1>500 Internal Server Error</h1></center>'),
  unsolved: {
    status: 200,
    headers: { server: 'nginx', 'content-type': 'application/json' },
    body: '{"errorId":12,"errorCode":"ERROR_CAPTCHA_UNSOLVABLE","errorDescription":"Workers could not solve the Captcha"}\n',
  },
  elsewhere: plain(
    451,
    'Unavailable For Legal Reasons',
    '<h1>Unavailable For Legal Reasons</h1>\n<p>This content is not available in your country.</p>',
  ),
  challenge: {
    status: 403,
    headers: {
      server: 'cloudflare',
      'content-type': 'text/html; charset=UTF-8',
      'cf-mitigated': 'challenge',
      'cf-ray': '8c4f2a1b9d3e7f60-FRA',
      'cache-control': 'private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0',
    },
    body: page(
      'Just a moment...',
      '<noscript>Enable JavaScript and cookies to continue</noscript>\n' +
        '<script>window._cf_chl_opt = { cType: "managed", cRay: "8c4f2a1b9d3e7f60" };</script>\n' +
        '<script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=8c4f2a1b9d3e7f60"></script>',
    ),
  },
  datadome: {
    status: 403,
    headers: {
      server: 'DataDome',
      'content-type': html,
      'x-datadome': 'protected',
      'x-dd-b': '1',
      'set-cookie': 'datadome=q1w2e3r4t5y6; Max-Age=31536000; Domain=.shop.example; Path=/; Secure; SameSite=Lax',
    },
    body: page(
      'shop.example',
      "<p id=\"cmsg\">Please enable JS and disable any ad blocker</p>\n<script>var dd={'rt':'c','cid':'AHrlqAAAAAMA'," +
        "'hsh':'0123456789ABCDEF','t':'bv','host':'geo.captcha-delivery.com'}</script>\n" +
        '<script src="/captcha-delivery/c.js"></script>',
    ),
  },
  akamai: {
    status: 403,
    headers: { server: 'AkamaiGHost', 'mime-version': '1.0', 'content-type': 'text/html' },
    body:
      '<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \n' +
      'You don\'t have permission to access "http&#58;&#47;&#47;shop&#46;example&#47;" on this server.<P>\n' +
      'Reference&#32;&#35;18&#46;2d7c1302&#46;1764515000&#46;1a2b3c4d\n</BODY>\n</HTML>\n',
  },
} as const satisfies Record<string, Answer>;
