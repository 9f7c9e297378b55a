// The page of one correction: its forms, its map, and what happens to it meanwhile.
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { notify } from 'govmap/notice'
import { tick } from 'govmap/clock'
import { showPhotos } from 'cases/photo-dialog'
import 'cases/photo'
import { place } from 'workflow/move-form'

class CorrectionPage extends HTMLElement {
  connectedCallback() {
    this.sheet = this.querySelector('[data-slot]')
    this.addEventListener('move:answer', ({ detail }) => this.answered(detail))
    this.addEventListener('input', ({ target }) => this.typed(target))
    this.stream = listen(this.dataset.live, {
      correction: ({ uuid }) => { if (uuid === this.uuid) this.refresh() },
      reload: () => this.refresh(),
    })
    showPhotos(this)
    this.draw()
  }

  disconnectedCallback() {
    this.stream.close()
    this.map?.destroy()
  }

  get uuid() { return this.sheet.firstElementChild.dataset.correction }

  typed(target) {
    this.touched = true
    // To go or to be changed: never both.
    const form = target.closest('form')
    if (target.name === 'removal') {
      for (const input of form.querySelectorAll('.value-inputs input, .value-inputs select')) input.disabled = target.checked
    }
  }

  answered({ ok, status, html }) {
    if (status === 403 || status === 404) return notify(element(html)?.textContent.trim() ?? '', { kind: 'error' })
    tick(place(this.sheet, html))
    this.touched = false
    if (!ok) this.querySelector('move-form:not([hidden])')?.focusFirst()
    this.sheet.scrollIntoView({ block: 'nearest' })
    return undefined
  }

  // Not over what somebody is typing: sending it will say what changed.
  async refresh() {
    const { ok, html, response } = await fetchFragment(this.dataset.pane)
    if (!ok || response.redirected || this.touched) return
    if (element(html).dataset.events !== this.sheet.firstElementChild.dataset.events) tick(place(this.sheet, html))
  }

  async draw() {
    const { lon, lat, phase, label, outline } = this.dataset
    const center = [Number(lon), Number(lat)]
    try {
      const { createMap } = await import('layers/map-core')
      this.map = await createMap(this.querySelector('.map'), { center, zoom: 18 })
    } catch (error) {
      console.warn(error) // the page is whole without a map
      return
    }
    if (outline) {
      this.map.show(JSON.parse(outline))
      this.map.fit(JSON.parse(outline), { maxZoom: 19, padding: 80 })
    }
    this.map.addPins({
      type: 'FeatureCollection',
      features: [{
        type: 'Feature',
        geometry: { type: 'Point', coordinates: center },
        properties: { id: this.uuid, phase, light: '', glyph: '!', label },
      }],
    }, {})
    this.map.select(this.uuid)
  }
}
customElements.define('correction-page', CorrectionPage)
