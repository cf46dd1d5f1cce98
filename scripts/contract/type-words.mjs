/** A schema in words, for people. `page`: where the named types stand; empty where that is this page. */
export function typeWords(schema, page) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1);
    return `[${name}](${page}#${name.toLowerCase()})`;
  }
  if (schema.allOf !== undefined) return typeWords(schema.allOf[0], page);
  if (schema.anyOf !== undefined) return wordsOfUnion(schema.anyOf, page);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (Array.isArray(schema.type)) return schema.type.toSorted(nullLast).join(' or ');
  if (schema.type === 'array')
    return Array.isArray(schema.items)
      ? `[${schema.items.map((one) => typeWords(one, page)).join(', ')}]`
      : `list of ${typeWords(schema.items, page)}`;
  if (schema.type === 'object')
    return typeof schema.additionalProperties === 'object' && schema.properties === undefined
      ? `object of ${typeWords(schema.additionalProperties, page)}`
      : 'object';
  return schema.type ?? 'any value';
}

function wordsOfUnion(all, page) {
  const words = all
    .toSorted((one, other) => nullLast(one.type, other.type))
    .map((one) => typeWords(one, page));
  return [...new Set(words)].join(all.every((one) => 'const' in one) ? ', ' : ' or ');
}

function nullLast(one, other) {
  return Number(one === 'null') - Number(other === 'null');
}

/** Name, type and description of each field; those of an object without a name stand below it. */
export function fieldRows(schema, page, before = '') {
  const required = new Set(schema.required);
  return Object.entries(schema.properties).flatMap(([name, one]) => {
    const type = `${typeWords(one, page)}${required.has(name) ? '' : ', if any'}`;
    const row = [`\`${before}${name}\``, type, one.description ?? ''];
    const inner = innerObject(one);
    if (inner === null) return [row];
    const below = one.type === 'array' ? `${before}${name}[].` : `${before}${name}.`;
    return [row, ...fieldRows(inner, page, below)];
  });
}

function innerObject(schema) {
  if (schema.properties !== undefined) return schema;
  if (schema.type === 'array' && schema.items.properties !== undefined) return schema.items;
  const [one, ...more] = (schema.anyOf ?? []).filter(({ properties }) => properties !== undefined);
  return one !== undefined && more.length === 0 ? one : null;
}
