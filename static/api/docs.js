// Draws the schema with Swagger UI, whose script puts itself on `window`.
import { csrf } from 'govmap/http'

const page = document.getElementById('api-docs')

window.SwaggerUIBundle({
  url: page.dataset.schema,
  domNode: page,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  validatorUrl: null, // it would ask a host outside
  tryItOutEnabled: true,
  docExpansion: 'none', // so many kinds that the page would be endless
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  requestInterceptor(request) {
    if (request.method !== 'GET') request.headers['X-CSRFToken'] = csrf()
    return request
  },
})
