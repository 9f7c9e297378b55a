// The page of one matter, conference or task: data-kind says which. A matter's map shows
// its cases too.
import { orderAgenda } from 'cases/agenda'
import { SubjectPage } from 'workflow/subject-page'

class MatterPage extends SubjectPage {
  get kind() { return this.dataset.kind }

  connectedCallback() {
    super.connectedCallback()
    orderAgenda(this)
    this.dataset.ready = 'true'
  }

  async makeMap(box, center) {
    const { createMap } = await import('layers/map-core')
    return createMap(box, { center, zoom: 16 })
  }

  drawn(map) {
    const pins = JSON.parse(document.getElementById('matter-pins').textContent)
    map.addPins(pins, {})
    if (pins.features.length > 1) map.fit(pins, { maxZoom: 17, padding: 60 })
  }
}
customElements.define('matter-page', MatterPage)
