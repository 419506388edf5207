/** The rooms of docs/architecture.md and who may import whom, as lint. */
const rooms = {
  'contracts': [],
  'webhooks': ['contracts'],
  'scoring': ['contracts'],
  'bot': ['contracts'],
  'templates': ['contracts'],
  'datastore': [],
  'server': ['contracts', 'webhooks', 'scoring', 'bot', 'templates', 'datastore'],
  'inbox-ui': ['contracts'],
  'simulator': ['contracts'],
}
const all = Object.keys(rooms)

const mayImport = all.map((room) => {
  const forbidden = all.filter(other => other !== room && !rooms[room].includes(other))
  return {
    name: `room-${room}`,
    comment: `${room}/ may import ${rooms[room].join(', ') || 'no other room'}: see the table in docs/architecture.md.`,
    severity: 'error',
    from: { path: `^${room}/` },
    to: { path: `^(${[...forbidden, 'tests'].join('|')})/` },
  }
})

const throughIndex = all.map(room => ({
  name: `enter-${room}-by-index`,
  comment: `What ${room}/ promises is what its index.ts exports; everything behind it is free to change.`,
  severity: 'error',
  from: { path: `^(?!${room}/|tests/|scripts/)` },
  to: { path: `^${room}/`, pathNot: `^${room}/index\\.ts$` },
}))

export default {
  forbidden: [
    ...mayImport,
    ...throughIndex,
    {
      name: 'no-circular',
      comment: 'A cycle means that two files are one idea, or that an idea is missing between them.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'contracts, scoring, bot and templates are rules: time, randomness and I/O are passed in.',
      severity: 'error',
      from: { path: '^(contracts|scoring|bot|templates)/', pathNot: '(\\.test\\.ts$|/cli/|/testing/)' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|net|http|https|child_process|worker_threads|dns|os)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
