/** A small PDF that takes for ever to be drawn and little memory: each point of its page is reckoned in very many steps. */

const steps = 50_000;

export function endlessPdf(): Buffer {
  const reckoned = `{ ${'1 pop '.repeat(steps)}pop }`;
  const shading = '<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 900 0 900] /Function 6 0 R >>';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 900] /Contents 4 0 R /Resources << /Shading << /S 5 0 R >> >> >>',
    '<< /Length 5 >>\nstream\n/S sh\nendstream',
    shading,
    `<< /FunctionType 4 /Domain [0 900 0 900] /Range [0 900] /Length ${reckoned.length} >>\nstream\n${reckoned}\nendstream`,
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`);
}
