/**
 * JSON Schema (draft 7) of TypeScript types, as the compiler has resolved them. A type that has a name becomes a
 * definition of that name; a comment becomes a description. What a record's own schema says better (`known`, by name)
 * is taken from there.
 */
import ts from 'typescript';

export class TypeSchemas {
  /** By name. */
  definitions = {};
  #checker;
  #known;
  #knownByShape = new Map();
  #names = new Map();

  constructor(checker, known) {
    this.#checker = checker;
    this.#known = known;
    for (const [name, schema] of Object.entries(known)) {
      const shape = shapeOfSchema(schema);
      if (shape !== null && !this.#knownByShape.has(shape)) this.#knownByShape.set(shape, name);
    }
  }

  schemaOf(type) {
    const name = this.#nameOf(type);
    if (name === null) return this.#inline(type);
    const known = this.#known[name];
    const text = known === undefined ? this.#checker.typeToString(type) : name;
    const taken = this.#names.get(name);
    if (taken !== undefined && taken !== text) throw new Error(`two types are named ${name}`);
    if (taken === undefined) {
      this.#names.set(name, text);
      // A place of its own before what is inside of it.
      this.definitions[name] = null;
      const comment = commentOf(type.aliasSymbol ?? type.symbol, this.#checker);
      this.definitions[name] = known ?? described(this.#inline(type), comment);
    }
    return { $ref: `#/definitions/${name}` };
  }

  /** Null for what stands where it is used: literals, lists, objects without a name, types with parameters. */
  #nameOf(type) {
    const symbol = type.aliasSymbol ?? (type.isClassOrInterface() ? type.symbol : undefined);
    if (symbol === undefined || symbol.name.startsWith('__') || type.aliasTypeArguments !== undefined)
      return this.#knownByShape.get(this.#shapeOf(type)) ?? null;
    const [file] = symbol.declarations?.map((one) => one.getSourceFile().fileName) ?? [];
    return file !== undefined && /\/packages\/[a-z]+\/src\//.test(file) ? symbol.name : null;
  }

  /** Types that are computed from a record's schema have lost its name. */
  #shapeOf(type) {
    if (type.isUnion() && type.types.every((one) => one.isStringLiteral()))
      return shapeOf(
        'values',
        type.types.map(({ value }) => value),
      );
    const isObject = (type.flags & ts.TypeFlags.Object) !== 0 && !this.#checker.isArrayType(type);
    return isObject
      ? shapeOf(
          'fields',
          this.#checker.getPropertiesOfType(type).map(({ name }) => name),
        )
      : null;
  }

  #inline(type) {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: type.intrinsicName === 'true' };
    if (flags & (ts.TypeFlags.StringLiteral | ts.TypeFlags.NumberLiteral)) return { const: type.value };
    if (flags & ts.TypeFlags.String || flags & ts.TypeFlags.TemplateLiteral) return { type: 'string' };
    if (flags & ts.TypeFlags.Number) return { type: 'number' };
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    // `origin`: as it was written; without it unions that have a name are dissolved in those that name them.
    if (type.isUnion())
      return this.#union(
        (type.origin?.isUnion() ? type.origin : type).types.filter(
          (one) => !(one.flags & ts.TypeFlags.Undefined),
        ),
      );
    if (this.#checker.isTupleType(type)) return this.#tuple(type);
    if (this.#checker.isArrayType(type)) return { type: 'array', items: this.schemaOf(this.#argument(type)) };
    if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return this.#object(type);
    throw new Error(`no schema for ${this.#checker.typeToString(type)}`);
  }

  #argument(type) {
    return this.#checker.getTypeArguments(type)[0];
  }

  #tuple(type) {
    const items = this.#checker.getTypeArguments(type).map((one) => this.schemaOf(one));
    return { type: 'array', items, minItems: items.length, maxItems: items.length };
  }

  #union(types) {
    const schemas = types.map((one) => this.schemaOf(one));
    const isConst = (schema) => Object.keys(schema).length === 1 && 'const' in schema;
    const values = schemas.filter(isConst).map((schema) => schema.const);
    const others = schemas.filter((schema) => !isConst(schema));
    const isBoolean = values.length === 2 && values.includes(true) && values.includes(false);
    const literal = isBoolean
      ? [{ type: 'boolean' }]
      : values.length > 1
        ? [{ enum: values.toSorted() }]
        : [];
    if (values.length === 1) literal.push({ const: values[0] });
    const all = [...literal, ...others];
    if (all.length === 1) return all[0];
    if (all.every((schema) => Object.keys(schema).length === 1 && typeof schema.type === 'string'))
      return { type: all.map((schema) => schema.type) };
    return { anyOf: all };
  }

  /** Of what an intersection is made of, the schema of a record that has one of its own goes first. */
  #object(type) {
    const properties = {};
    const required = [];
    const own = type.isIntersection() ? type.types.map((one) => this.#known[this.#nameOf(one)]) : [];
    const given = Object.assign({}, ...own.map((schema) => schema?.properties));
    for (const symbol of this.#checker.getPropertiesOfType(type)) {
      const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
      const ofProperty = this.#checker.getTypeOfSymbol(symbol);
      if (ofProperty.getCallSignatures().length > 0) throw new Error(`${symbol.name} is a function`);
      properties[symbol.name] =
        given[symbol.name] ?? described(this.schemaOf(ofProperty), commentOf(symbol, this.#checker));
      if (!isOptional) required.push(symbol.name);
    }
    const rest = this.#checker.getIndexInfosOfType(type)[0];
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 ? { properties, required } : {}),
      ...(rest === undefined ? {} : { additionalProperties: this.schemaOf(rest.type) }),
    };
  }
}

function commentOf(symbol, checker) {
  return ts.displayPartsToString(symbol?.getDocumentationComment(checker) ?? []).replaceAll(/\s+/g, ' ');
}

/** Draft 7 ignores whatever stands beside a reference. */
function described(schema, description) {
  if (description === '') return schema;
  return '$ref' in schema ? { description, allOf: [schema] } : { description, ...schema };
}

function shapeOfSchema({ properties, anyOf }) {
  if (properties !== undefined) return shapeOf('fields', Object.keys(properties));
  return anyOf?.every((one) => typeof one.const === 'string')
    ? shapeOf(
        'values',
        anyOf.map((one) => one.const),
      )
    : null;
}

/** A single name is no shape to go by. */
function shapeOf(kind, names) {
  return names.length < 2 ? null : `${kind} ${names.toSorted().join(' ')}`;
}
