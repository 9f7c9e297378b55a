// 结案督查: what was closed, the samples first, with the photo before over the one after.
import { CaseList } from 'cases/case-list'
import { element, fetchFragment } from 'govmap/http'
import 'cases/photo-compare'
import 'workflow/presence'

class CaseReview extends CaseList {
  connectedCallback() {
    super.connectedCallback()
    this.shown()
  }

  get samples() { return 'samples' in this.dataset }
  paneUrl(uuid) { return `/review/cases/${uuid}/` }

  // Among the samples a case has a row of its own, or none.
  async refresh(uuid) {
    if (!this.samples) return super.refresh(uuid)
    const { ok, status, html } = await fetchFragment(`/review/cases/${uuid}/row/`)
    if (status === 204 || status === 404) this.remove(uuid)
    else if (ok) this.put(uuid, element(html))
    if (this.openCase?.dataset.case === uuid) await this.refreshOpen(uuid)
    return undefined
  }

  // One map for all cases: it moves into the pane of each.
  async shown() {
    const box = this.pane.querySelector('[data-evidence-map]')
    if (!box) return
    this.plate ??= Object.assign(document.createElement('div'), { className: 'map' })
    box.append(this.plate)
    try {
      this.map ??= await this.makeMap(box)
    } catch (error) {
      console.warn(error) // what the map shows stands in words, too
      return
    }
    if (box.isConnected) this.drawSpots(box)
  }

  async makeMap(box) {
    const { createMap } = await import('layers/map-core')
    return createMap(this.plate, { center: [Number(box.dataset.lon), Number(box.dataset.lat)], zoom: 18 })
  }

  drawSpots(box) {
    const spots = Array.from(this.pane.querySelectorAll('[data-spot]'), (row) => pin(row, row.dataset.spot))
    const all = { type: 'FeatureCollection', features: [pin(box, '', box.dataset.label), ...spots] }
    if (this.pins) this.pins.set(all)
    else this.pins = this.map.addPins(all)
    this.map.select('case')
    this.map.fit(all, { maxZoom: 18, padding: 32 })
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.map?.destroy()
  }
}

function pin({ dataset }, sign, label = sign) {
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [Number(dataset.lon), Number(dataset.lat)] },
    properties: { id: sign ? `spot-${sign}` : 'case', phase: dataset.phase ?? 'collect', glyph: sign, label },
  }
}
customElements.define('case-review', CaseReview)
