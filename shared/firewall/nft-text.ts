/** A rule of `nft -j` written roughly as nft would, for people. */
import { isList, isObject, textIn, type Json, type JsonObject } from './json.ts';
import { shortened } from './rule-text.ts';

export function ruleText(rule: JsonObject): string {
  const statements = isList(rule['expr']) ? rule['expr'] : [];
  const where = `${textIn(rule, 'family')} ${textIn(rule, 'table')} ${textIn(rule, 'chain')}`;
  const words = statements.map(statementText).filter((text) => text !== '');
  return shortened(`nft: ${where}: ${words.join(' ')}`);
}

function statementText(statement: Json): string {
  if (!isObject(statement)) return '';
  const [name = ''] = Object.keys(statement);
  const body = statement[name] ?? null;
  if (name === 'counter') return '';
  if (name === 'match' && isObject(body)) {
    const op = body['op'] === '==' || body['op'] === 'in' ? '' : `${textIn(body, 'op')} `;
    return `${valueText(body['left'] ?? null)} ${op}${valueText(body['right'] ?? null)}`;
  }
  if (name === 'vmap' && isObject(body))
    return `${valueText(body['key'] ?? null)} vmap ${valueText(body['data'] ?? null)}`;
  if (name === 'jump' || name === 'goto') return `${name} ${textIn(body, 'target')}`;
  if (name === 'xt') return `${textIn(body, 'type') === 'target' ? '-j' : '-m'} ${textIn(body, 'name')}`;
  return name;
}

function valueText(value: Json): string {
  if (isList(value)) return value.map(valueText).join(',');
  if (!isObject(value)) return String(value);
  const [name = ''] = Object.keys(value);
  const body = value[name] ?? null;
  switch (name) {
    case 'payload':
      return `${textIn(body, 'protocol')} ${textIn(body, 'field')}`.trim();
    case 'meta':
      return textIn(body, 'key');
    case 'ct':
      return `ct ${textIn(body, 'dir')} ${textIn(body, 'key')}`.replace('  ', ' ');
    case 'set':
      return `{ ${isList(body) ? body.slice(0, 8).map(elementText).join(', ') : ''} }`;
    case 'prefix':
      return isObject(body) ? `${textIn(body, 'addr')}/${typeof body['len'] === 'number' ? body['len'] : ''}` : '';
    case 'range':
      return isList(body) ? body.map(valueText).join('-') : '';
    case 'concat':
      return isList(body) ? body.map(valueText).join(' . ') : '';
    case 'elem':
      return isObject(body) ? valueText(body['val'] ?? null) : '';
    case '&':
      return isList(body) ? body.map(valueText).join(' & ') : '';
    default:
      return name;
  }
}

/** An element of a set, or `value : verdict` of a map. */
function elementText(element: Json): string {
  return isList(element) ? element.map(valueText).join(' : ') : valueText(element);
}
