/**
 * A notice is written once and becomes text and HTML: one block a line, marked by how it begins. Works on the template
 * before it is filled, so that nothing a person wrote is ever read as markup.
 *
 * `# headline`, `= figure`, `> small print`, `- {{items}}` (a line each), `[label](address)` alone, `**strong**`; a line
 * that is one Handlebars tag stays as it is, and anything else is a paragraph.
 */

type Target = 'text' | 'html';

/** A line that only steers, e.g. `{{#if asked}}`, `{{else}}`, `{{> clauses}}`. */
const steeringPattern = /^\{\{(?:[#/>][^}]*|else)\}\}$/;
const itemsPattern = /^- \{\{(\w+)\}\}$/;
const linkPattern = /^\[([^\]]+)\]\((\{\{\w+\}\})\)$/;

export const fromMarkup = (source: string, target: Target): string =>
  source
    .split('\n')
    .map((line) => (line.trim() === '' || steeringPattern.test(line) ? line : blocks[target](line)))
    .join('\n');

const blocks: Readonly<Record<Target, (line: string) => string>> = {
  text(line) {
    const items = itemsPattern.exec(line);
    if (items) return `{{#each ${items[1]}}}\n- {{this}}\n{{/each}}`;
    return line
      .replace(linkPattern, '$1: $2')
      .replace(/^[#=>] /, '')
      .replace(/\*\*(.+?)\*\*/g, '$1');
  },
  html(line) {
    const items = itemsPattern.exec(line);
    if (items) return `<ul style="${styles.list}">\n{{#each ${items[1]}}}\n<li>{{this}}</li>\n{{/each}}\n</ul>`;
    const link = linkPattern.exec(line);
    if (link)
      return `<p style="${styles.action}"><a class="button" href="${link[2]}" style="${styles.button}">${link[1]}</a></p>`;
    const said = inHtml(line.replace(/^[#=>] /, ''));
    if (line.startsWith('# ')) return `<h1 style="${styles.headline}">${said}</h1>`;
    if (line.startsWith('= ')) return `<p class="figure" style="${styles.figure}">${said}</p>`;
    if (line.startsWith('> ')) return `<p class="quiet" style="${styles.quiet}">${said}</p>`;
    return `<p style="${styles.paragraph}">${said}</p>`;
  },
};

/** Mail programs drop style sheets, so each block carries its own; the layout's sheet only darkens by class. */
const styles = {
  headline: 'margin:0 0 16px;font-size:20px;line-height:1.3;',
  paragraph: 'margin:0 0 14px;',
  quiet: 'margin:0 0 14px;font-size:14px;color:#5b6572;',
  figure:
    'margin:0 0 16px;padding:12px 16px;border-radius:8px;background:#eef1f5;font-size:28px;letter-spacing:6px;font-weight:700;',
  list: 'margin:0 0 14px;padding-left:20px;',
  action: 'margin:20px 0 14px;',
  button:
    'display:inline-block;padding:10px 18px;border-radius:8px;background:#1a56db;color:#ffffff;text-decoration:none;font-weight:600;',
} as const;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes the words between the tags, which Handlebars takes as they are. */
const inHtml = (said: string): string =>
  said
    .split(/(\{\{[^}]*\}\})/)
    .map((piece) => (piece.startsWith('{{') ? piece : piece.replace(/[&<>]/g, (sign) => entities[sign] ?? sign)))
    .join('')
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>');
