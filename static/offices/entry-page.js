// <entry-page>: where an entry lies, as one pin on the one map.
import { createMap } from 'layers/map-core'

class EntryPage extends HTMLElement {
  async connectedCallback() {
    const center = [Number(this.dataset.lon), Number(this.dataset.lat)]
    this.map = await createMap(this.querySelector('[data-map]'), { center, zoom: 18 })
    const feature = {
      type: 'Feature',
      id: 'entry',
      geometry: { type: 'Point', coordinates: center },
      properties: { phase: 'dispatch', label: this.dataset.label },
    }
    this.map.addPins({ type: 'FeatureCollection', features: [feature] })
    this.map.select('entry')
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    this.map?.destroy()
  }
}
customElements.define('entry-page', EntryPage)
