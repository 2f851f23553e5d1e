/** Which folder may know which (docs/ARCHITECTURE.md). */

const CORE = '^electron/(app|bridge|cli|engine|guard|lib|serve|shell|store)/';

/** Packages `shared/` may use: pure ones. */
const PURE = '^node_modules/(zod|yaml|@orpc/contract)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A cycle is one module in several files: merge them, or move what both need below both.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-is-pure',
      comment: 'shared/ knows neither Node, nor the DOM, nor anything above it.',
      severity: 'error',
      from: { path: '^shared/', pathNot: '\\.test\\.ts$|^shared/testing/' },
      to: { pathNot: ['^shared/', PURE] },
    },
    {
      name: 'page-knows-only-shared',
      comment: 'The page reaches the core through the contract alone.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(electron|e2e|scripts)/' },
    },
    {
      name: 'page-reads-without-zod',
      comment:
        'What the core says it has checked: a sixth of what the first picture would wait for is loaded only to read a kept export.',
      severity: 'error',
      from: {
        path: '^renderer/src/',
        pathNot: '\\.test\\.tsx?$|^renderer/src/(features/export/read-kept|lib/zod-setup)\\.ts$',
      },
      to: {
        path: '^(node_modules/zod/|shared/(contract/(?!carrier|sizes)|settings-schema|exports/read-recorded|policy/schema))',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'page-is-no-node',
      severity: 'error',
      from: { path: '^renderer/src/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'page-loads-a-language-when-it-is-wanted',
      comment: 'Whoever imports all catalogues at once puts every language before the first picture.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^renderer/src/i18n/catalogue\\.ts$' },
    },
    {
      name: 'core-knows-no-page',
      comment:
        'Its catalogues of texts are data: menus, tray and notifications of the desktop app speak from them too.',
      severity: 'error',
      from: { path: '^electron/', pathNot: '\\.test\\.ts$' },
      to: { path: '^renderer/', pathNot: '^renderer/src/i18n/(catalogue\\.ts|.*\\.json)$' },
    },
    {
      name: 'engine-is-below-the-guard',
      comment: 'An engine is given what it needs; it knows nothing of who uses it.',
      severity: 'error',
      from: { path: '^electron/engine/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/(app|bridge|cli|guard|serve|shell|store)/' },
    },
    {
      name: 'guard-is-below-the-app',
      severity: 'error',
      from: { path: '^electron/(guard|store)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/(app|bridge|cli|serve|shell)/' },
    },
    {
      name: 'lib-knows-nothing',
      severity: 'error',
      from: { path: '^electron/lib/', pathNot: '\\.test\\.ts$' },
      to: { path: CORE, pathNot: '^electron/lib/' },
    },
    {
      name: 'app-is-below-its-carriers',
      severity: 'error',
      from: { path: '^electron/app/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/(bridge|cli|serve|shell)/' },
    },
    {
      name: 'bridge-knows-only-the-app',
      severity: 'error',
      from: { path: '^electron/bridge/', pathNot: '\\.test\\.ts$' },
      to: { path: CORE, pathNot: '^electron/(app|bridge|lib)/' },
    },
    {
      name: 'electron-in-its-place',
      comment: 'Everything else must run where Electron is absent: the command line, serve, the tests.',
      severity: 'error',
      from: { pathNot: '^(electron/shell/electron|electron/main|electron/preload)\\.ts$' },
      to: { path: '^node_modules/electron/' },
    },
    {
      name: 'shell-only-from-the-desktop-entry',
      severity: 'error',
      // Its stand-in for Electron runs in tests, too.
      from: { pathNot: '^(electron/shell/|electron/main\\.ts$|e2e/(fixture|integration)/)' },
      to: { path: '^electron/shell/' },
    },
    {
      name: 'docker-client-in-its-place',
      comment: "dockerode's types stay inside the engine.",
      severity: 'error',
      from: { pathNot: '^electron/engine/' },
      to: { path: '^node_modules/(@types/)?dockerode/' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '\\.test\\.(tsx?|mjs)$' },
      to: { path: '\\.test\\.(tsx?|mjs)$' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-tools-in-the-app',
      severity: 'error',
      from: { path: '^(shared|electron|renderer)/', pathNot: '\\.test\\.tsx?$|^shared/testing/' },
      to: { path: '^(node_modules/(vitest|fast-check|@playwright)|shared/testing)/' },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules' },
    exclude: { path: '^(out|dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
