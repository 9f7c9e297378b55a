// <module-map>: the records of a list on the map; a pin opens its record.
import { createMap } from 'layers/map-core'

class ModuleMap extends HTMLElement {
  async connectedCallback() {
    const response = await fetch(this.dataset.points, { headers: { 'X-Requested-With': 'fetch' } })
    if (!response.ok || response.redirected) return
    const points = await response.json()
    this.querySelector('[data-count]').textContent = String(points.features.length)
    this.querySelector('[data-none]').hidden = points.features.length > 0
    this.map = await createMap(this.querySelector('[data-map]'), {})
    this.map.addPins(points, { onSelect: ({ id }) => { location.href = `${this.dataset.record}${id}/` } })
    if (points.features.length) this.map.fit(points, { maxZoom: 17, padding: 60 })
    this.dataset.ready = 'true'
  }

  disconnectedCallback() { this.map?.destroy() }
}
customElements.define('module-map', ModuleMap)
