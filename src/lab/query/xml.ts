/** A part of an XML answer: text, or elements by name; a list is an element with one `item` a member. */
export type XmlValue =
  | string
  | number
  | boolean
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

export function toXml(value: XmlValue): string {
  if (Array.isArray(value))
    return (value as readonly XmlValue[]).map((item) => element('item', item)).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, part]) => element(name, part))
      .join('');
  }
  return escapeXml(String(value));
}

export const element = (name: string, value: XmlValue): string => `<${name}>${toXml(value)}</${name}>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
