// ESLint rule: what a room hands out says what it is, and what it throws. Shapes, units and sources are for people to judge.

/** Does this function throw itself, functions within it aside? */
function throwsItself(node, keys) {
  const isOther = (inner) => inner !== node && /Function/.test(inner.type);
  const search = (inner) =>
    inner.type === 'ThrowStatement' ||
    (!isOther(inner) &&
      (keys[inner.type] ?? []).some((key) =>
        [inner[key]].flat().some((child) => child && typeof child.type === 'string' && search(child)),
      ));
  return search(node);
}

const isFunction = (node) => node !== null && node !== undefined && /Function/.test(node.type);

export const documented = {
  meta: {
    type: 'problem',
    docs: { description: 'exported functions have a docstring, with @throws where they throw' },
    schema: [],
    messages: {
      missing: '{{name}} has no docstring: say what it is, with shapes, units and source.',
      throws: '{{name}} throws, and its docstring does not say what (@throws).',
    },
  },
  create(context) {
    const { sourceCode } = context;
    const check = (node, documentedNode, name, fn) => {
      const doc = sourceCode
        .getCommentsBefore(documentedNode)
        .findLast(({ type, value }) => type === 'Block' && value.startsWith('*'));
      if (doc === undefined) context.report({ node, messageId: 'missing', data: { name } });
      else if (fn && throwsItself(fn, sourceCode.visitorKeys) && !/@throws|\bThrows\b/.test(doc.value))
        context.report({ node, messageId: 'throws', data: { name } });
    };
    return {
      ExportNamedDeclaration(node) {
        const { declaration } = node;
        if (declaration?.type === 'FunctionDeclaration') check(node, node, declaration.id.name, declaration);
        if (declaration?.type === 'VariableDeclaration')
          for (const { id, init } of declaration.declarations)
            if (isFunction(init)) check(node, node, id.name, init);
        if (declaration?.type !== 'ClassDeclaration') return;
        check(node, node, declaration.id.name);
        for (const member of declaration.body.body)
          if (
            member.type === 'MethodDefinition' &&
            member.kind === 'method' &&
            member.accessibility !== 'private' &&
            isFunction(member.value)
          )
            check(member, member, member.key.name, member.value);
      },
    };
  },
};
