// <duty-map>: workers on duty upon the one map, for whom it concerns. Off until it is
// asked for, for every look is on record. An event says only that somebody moved.
import { fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'

const TOGETHER = 400 // ms: several words at once ask once
const APART = 5000
const EVERY = 60_000 // duty begins and ends by the clock too
const GROUP = '岗'
const ONE = '人'

class DutyMap extends HTMLElement {
  async connectedCallback() {
    this.page = this.closest('map-page')
    this.box = this.querySelector('[name=workers]')
    this.said = this.querySelector('[data-said]')
    this.map = this.page.map ?? await new Promise((done) => {
      this.page.addEventListener('map:ready', ({ detail }) => done(detail.map), { once: true })
    })
    this.box.addEventListener('change', () => this.changed())
    this.dataset.ready = 'true'
    if (this.box.checked) this.changed()
  }

  disconnectedCallback() { this.stop() }

  changed() {
    if (!this.box.checked) { this.stop(); this.draw([]); this.say(''); return }
    this.live = listen(this.dataset.live, { duty: () => this.heard(), reload: () => this.heard() }, {
      state: (connected) => connected && this.heard(),
    })
    this.timer = setInterval(() => document.hidden || this.ask(), EVERY)
    this.ask()
  }

  stop() {
    this.live?.close()
    clearInterval(this.timer)
    clearTimeout(this.waiting)
    this.live = this.waiting = null
  }

  heard() {
    if (this.waiting) return
    const wait = Math.max(TOGETHER, (this.askedAt ?? 0) + APART - Date.now())
    this.waiting = setTimeout(() => { this.waiting = null; if (!document.hidden) this.ask() }, wait)
  }

  async ask() {
    this.askedAt = Date.now()
    const features = await this.read()
    if (!this.box.checked) return
    if (!features) { this.say(this.said.dataset.failed); return }
    this.draw(features)
    this.say(features.length ? '' : this.said.dataset.none)
  }

  async read() {
    try {
      const response = await fetch(this.dataset.pins)
      return response.ok && !response.redirected ? (await response.json()).features : null
    } catch {
      return null
    }
  }

  draw(features) {
    const rows = features.map(({ id, geometry, properties }) => ({
      type: 'Feature',
      geometry,
      properties: { id, label: properties.label, phase: 'on-duty', glyph: properties.at ? ONE : GROUP },
    }))
    const all = { type: 'FeatureCollection', features: rows }
    if (this.pins) this.pins.set(all)
    else this.pins = this.map.addPins(all, { onSelect: ({ id }) => this.open(id) })
    this.shown = features
    const count = features.reduce((sum, { properties }) => sum + properties.count, 0)
    this.querySelector('[data-count]').textContent = count || ''
    this.dataset.drawn = String(count)
  }

  async open(id) {
    const [lon, lat] = this.shown.find((one) => one.id === id).geometry.coordinates
    const { ok, status, html } = await fetchFragment(`${this.dataset.one}${id}/`)
    this.page.tellHere(ok || status === 404 ? html : null, { lon, lat })
  }

  say(text) { this.said.textContent = text }
}

customElements.define('duty-map', DutyMap)
