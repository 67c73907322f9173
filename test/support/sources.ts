/** Reads the project's sources as trees, for the tests that hold them to their rules. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { projectRoot } from './paths.js';

export interface Import {
  /** The part of src/ it comes from (`config`, `events.ts`), or the package (`node:fs`, `execa`). */
  readonly from: string;
  readonly local: boolean;
  /** What is imported by name; `*` for all, `default` for the default. */
  readonly names: readonly string[];
}

export interface Source {
  /** Path below src/. */
  readonly path: string;
  /** Folder or file of src/ that it belongs to. */
  readonly part: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Names used that are not its own: `Date.now`, `process`, `new Date()` ... */
  readonly globals: readonly string[];
  readonly hasDefaultExport: boolean;
}

const root = join(projectRoot, 'src');

/** All source files. */
export function readSources(): Source[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => readSource(name, readFileSync(join(root, name), 'utf8')));
}

/** Reads one file's text as if it were at that path below src/. */
export function readSource(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const globals: string[] = [];
  let hasDefaultExport = false;
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== null) imports.push(importOf(path, specifier, importedNames(node)));
    const used = globalOf(node);
    if (used !== null) globals.push(used);
    hasDefaultExport ||= ts.isExportAssignment(node) || isDefault(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const lines = text.split('\n').length - 1;
  return { path, part: partOf(path), lines, imports, globals, hasDefaultExport };
}

function partOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function specifierOf(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : null;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [first] = node.arguments;
    return first && ts.isStringLiteral(first) ? first.text : 'computed';
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return node.argument.literal.text;
  }
  return null;
}

function importOf(path: string, specifier: string, names: readonly string[]): Import {
  if (!specifier.startsWith('.')) return { from: specifier, local: false, names };
  const target = relative(root, join(root, dirname(path), specifier)).replace(/\.js$/, '.ts');
  return { from: partOf(target), local: true, names };
}

function importedNames(node: ts.Node): string[] {
  if (!ts.isImportDeclaration(node)) return ['*'];
  const { importClause } = node;
  if (importClause === undefined) return ['*'];
  const names = importClause.name === undefined ? [] : ['default'];
  const { namedBindings } = importClause;
  if (namedBindings === undefined) return names;
  if (ts.isNamespaceImport(namedBindings)) return [...names, '*'];
  return [...names, ...namedBindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)];
}

function isDefault(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}

/** The name of a global that a node uses, with the member if it takes one. */
function globalOf(node: ts.Node): string | null {
  if (!ts.isIdentifier(node) || !isUse(node)) return null;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return `${node.text}.${parent.name.text}`;
  if (ts.isNewExpression(parent) && parent.expression === node) {
    return `new ${node.text}(${(parent.arguments ?? []).length === 0 ? '' : '...'})`;
  }
  return node.text;
}

/** Whether an identifier stands for a value here, and is no name of a member, a property or a declaration. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent) || ts.isImportSpecifier(parent)) return false;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if ('name' in parent && parent.name === node) return ts.isShorthandPropertyAssignment(parent);
  return true;
}
