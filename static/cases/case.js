// The page of one case: its forms, its map, and what happens to it meanwhile.
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { notify } from 'govmap/notice'
import { tick } from 'govmap/clock'
import { showPhotos } from 'cases/photo-dialog'
import 'cases/photo'
import { place } from 'workflow/move-form'

class CasePage extends HTMLElement {
  connectedCallback() {
    this.pane = this.querySelector('[data-case-slot]')
    this.addEventListener('move:answer', ({ detail }) => this.answered(detail))
    this.stream = listen(this.dataset.live, {
      case: ({ uuid }) => { if (uuid === this.uuid) this.refresh() },
      reload: () => this.refresh(),
    })
    showPhotos(this)
    this.draw()
  }

  disconnectedCallback() {
    this.stream.close()
    this.map?.destroy()
  }

  get uuid() { return this.pane.firstElementChild.dataset.case }

  answered({ ok, status, html }) {
    if (status === 403 || status === 404) return notify(element(html)?.textContent.trim() ?? '', { kind: 'error' })
    tick(place(this.pane, html))
    if (!ok) this.querySelector('move-form:not([hidden])')?.focusFirst()
    this.pane.scrollIntoView({ block: 'nearest' })
  }

  // Not over what somebody is typing: sending it will say what changed.
  async refresh() {
    const { ok, html } = await fetchFragment(this.dataset.pane)
    const form = this.querySelector('move-form:not([hidden])')
    if (!ok || form?.dirty) return
    if (element(html).dataset.events !== this.pane.firstElementChild.dataset.events) tick(place(this.pane, html))
  }

  async draw() {
    const { lon, lat, phase, label } = this.dataset
    if (!lon) return
    const center = [Number(lon), Number(lat)]
    try {
      const { createMap } = await import('layers/map-core')
      this.map = await createMap(this.querySelector('.map'), { center, zoom: 17 })
    } catch (error) {
      console.warn(error) // the page is whole without a map
      return
    }
    this.map.addPins({
      type: 'FeatureCollection',
      features: [{
        type: 'Feature',
        geometry: { type: 'Point', coordinates: center },
        properties: { id: this.uuid, phase, light: '', glyph: label.slice(0, 1), label },
      }],
    }, {})
    this.map.select(this.uuid)
  }
}
customElements.define('case-page', CasePage)
