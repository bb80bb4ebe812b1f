/** The Prometheus operator's PrometheusRule, as far as a rule of afk goes; unknown fields are refused, as by the operator's own. */
const text = { type: 'string' }
const texts = { type: 'object', additionalProperties: text }
const rule = {
  type: 'object',
  required: ['expr'],
  properties: { alert: text, expr: text, for: text, labels: texts, annotations: texts },
}
const group = {
  type: 'object',
  required: ['name'],
  properties: { name: text, rules: { type: 'array', items: rule } },
}
const schema = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { groups: { type: 'array', items: group } } } },
}

export const prometheusRules = {
  path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  definition: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'prometheusrules.monitoring.coreos.com' },
    spec: {
      group: 'monitoring.coreos.com',
      scope: 'Namespaced',
      names: { kind: 'PrometheusRule', plural: 'prometheusrules', singular: 'prometheusrule' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  },
} as const
