// The page of one subject: its forms, its map, and what happens to it meanwhile.
//
// A page's element extends SubjectPage, names the kind of its subject (`kind`, as events
// do and as its article says in data-<kind>), makes its map (`makeMap(box, center)`) and
// draws on it (`drawn(map)`).
//
//   data-pane    where the article is fetched again     data-live   the stream
//   data-lon, -lat, -phase, -label   of the pin, if the subject has a place
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { notify } from 'govmap/notice'
import { tick } from 'govmap/clock'
import { showPhotos } from 'workflow/photo-dialog'
import 'workflow/photo'
import { place } from 'workflow/move-form'

export class SubjectPage extends HTMLElement {
  connectedCallback() {
    this.sheet = this.querySelector('[data-slot]')
    this.addEventListener('move:answer', ({ detail }) => this.answered(detail))
    this.stream = listen(this.dataset.live, {
      [this.kind]: ({ uuid }) => { if (uuid === this.uuid) this.refresh() },
      reload: () => this.refresh(),
    })
    showPhotos(this)
    this.draw()
  }

  disconnectedCallback() {
    this.stream.close()
    this.map?.destroy()
  }

  get uuid() { return this.sheet.firstElementChild.dataset[this.kind] }

  // Whether somebody is typing what a fresh article would take away.
  get dirty() { return this.querySelector('move-form:not([hidden])')?.dirty || Boolean(this.querySelector('[data-unsent]')) }

  answered({ ok, status, html }) {
    if (status === 403 || status === 404) return notify(element(html)?.textContent.trim() ?? '', { kind: 'error' })
    this.put(html)
    if (!ok) this.querySelector('move-form:not([hidden])')?.focusFirst()
    this.sheet.scrollIntoView({ block: 'nearest' })
  }

  put(html) { tick(place(this.sheet, html)) }

  // Not over what somebody is typing: sending it will say what changed.
  async refresh() {
    const { ok, html, response } = await fetchFragment(this.dataset.pane)
    if (!ok || response.redirected) return
    if (this.dirty) return this.querySelector('case-talk')?.freshen()
    if (element(html).dataset.events !== this.sheet.firstElementChild.dataset.events) this.put(html)
  }

  async draw() {
    if (!this.dataset.lon) return
    try {
      this.map = await this.makeMap(this.querySelector('.map'), this.center)
    } catch (error) {
      console.warn(error) // the page is whole without a map
      return
    }
    this.drawn(this.map)
  }

  get center() { return [Number(this.dataset.lon), Number(this.dataset.lat)] }

  // glyph: the sign in the pin
  pin(glyph) {
    const { phase, label } = this.dataset
    this.map.addPins({
      type: 'FeatureCollection',
      features: [{
        type: 'Feature',
        geometry: { type: 'Point', coordinates: this.center },
        properties: { id: this.uuid, phase, light: '', glyph, label },
      }],
    }, {})
    this.map.select(this.uuid)
  }
}
