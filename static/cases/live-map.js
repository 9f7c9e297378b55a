// <live-map>: the cases upon the one map, for whose work they are. The controls lie in
// the map's left drawer; what they choose is kept on this device.
//
// An event only says that something changed: the tiles are asked for again under a new
// address, at most so often, and once a minute because lights turn by themselves.
import { fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { PINS, drawSigns, withCases } from 'cases/live-map-style'
import { EMPTY, Replay } from 'cases/replay'

const KEPT = 'govmap.live-map'
const TOGETHER = 250 // ms: many events at once ask once
const APART = 1500
const MINUTE = 60_000
const NEAR = 20 // pixels about a tap
const ALONE_FROM = 18 // zoom from which a cluster is opened, not approached
const SHOWN = ['pins', 'cells', 'heat', 'whistles']

class LiveMap extends HTMLElement {
  async connectedCallback() {
    this.page = this.closest('map-page')
    this.form = this.querySelector('form')
    this.version = this.dataset.after
    this.restore()
    this.form.addEventListener('submit', (event) => event.preventDefault())
    this.form.addEventListener('change', () => this.changed())
    this.showWhistles()
    this.map = this.page.map ?? await new Promise((done) => {
      this.page.addEventListener('map:ready', ({ detail }) => done(detail.map), { once: true })
    })
    if (!this.map.gl) return
    drawSigns(this.map.gl)
    this.map.addOverlay((style) => withCases(style, this.drawn()))
    this.page.addEventListener('map:click', (event) => this.clicked(event))
    this.map.gl.on('idle', () => this.count())
    this.replay = new Replay(this, this.map)
    this.follow()
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    this.live?.close()
    clearTimeout(this.timer)
    clearInterval(this.minutes)
  }

  /* What is drawn */

  chosen(name) { return Array.from(this.form.querySelectorAll(`[name=${name}]:checked`), ({ value }) => value) }

  query() {
    const query = new URLSearchParams()
    const phases = this.chosen('phase')
    const all = this.form.querySelectorAll('[name=phase]').length
    if (phases.length && phases.length < all) query.set('phase', phases.join(','))
    if (this.chosen('light').length) query.set('light', this.chosen('light').join(','))
    for (const name of ['kind', 'age']) if (this.form[name].value) query.set(name, this.form[name].value)
    return query
  }

  drawn() {
    const query = this.query()
    query.set('v', this.version)
    const address = (path) => `${new URL(path, location.href)}{z}/{x}/{y}.mvt?${query}`
    // Upon the map of another day, what is open now would be untrue.
    const live = !this.replay?.isOpen && !this.page.time.day && this.chosen('phase').length > 0
    const shown = Object.fromEntries(SHOWN.map((name) => [name, live && this.form[name]?.checked]))
    return {
      tiles: address(this.dataset.cases), cells: address(this.dataset.cells),
      shown: { ...shown, replay: this.replay?.isOpen }, replayed: this.replay?.drawn ?? EMPTY,
    }
  }

  changed() {
    this.keep()
    this.showWhistles()
    this.map?.restyle()
  }

  showWhistles() {
    const { whistles } = this.form
    this.page.classList.toggle('without-whistles', Boolean(whistles && !whistles.checked))
  }

  count() {
    if (this.replay?.isOpen || !this.map.gl.getLayer(PINS)) return
    const rows = this.map.gl.queryRenderedFeatures({ layers: [PINS] })
    const shown = rows.reduce((sum, { properties }) => sum + properties.n, 0)
    const said = this.querySelector('[data-shown-count]')
    said.textContent = this.form.pins.checked ? said.dataset.pattern.replace('{count}', shown.toLocaleString('en')) : ''
    this.dataset.shown = String(shown)
    this.dataset.drawnVersion = this.version
  }

  /* Kept on this device */

  restore() {
    let kept = {}
    try {
      kept = JSON.parse(localStorage.getItem(KEPT)) ?? {}
    } catch { /* a private window keeps nothing */ }
    for (const box of this.form.querySelectorAll('input[type=checkbox]')) {
      const [name, value] = [box.name, box.value]
      const known = SHOWN.includes(name) ? kept[name] : kept[name]?.includes(value)
      if (typeof known === 'boolean') box.checked = known
    }
    for (const name of ['kind', 'age']) if (kept[name] !== undefined) this.form[name].value = kept[name]
  }

  keep() {
    const kept = { phase: this.chosen('phase'), light: this.chosen('light'), kind: this.form.kind.value, age: this.form.age.value }
    for (const name of SHOWN) if (this.form[name]) kept[name] = this.form[name].checked
    try {
      localStorage.setItem(KEPT, JSON.stringify(kept))
    } catch { /* as above */ }
  }

  /* Listening */

  follow() {
    this.live = listen(`${this.dataset.live}?after=${this.version}`, {
      case: ({ id }) => this.heard(id),
      reload: () => this.renew(),
    })
    this.minutes = setInterval(() => this.renew(), MINUTE)
    document.addEventListener('visibilitychange', () => document.hidden || this.stale && this.renew())
  }

  heard(id) {
    this.last = id
    if (this.timer) return
    const wait = Math.max(TOGETHER, (this.renewedAt ?? 0) + APART - Date.now())
    this.timer = setTimeout(() => { this.timer = 0; this.renew() }, wait)
  }

  // The old tiles stay until the new ones are there. Nobody sees them during a replay.
  renew() {
    this.stale = document.hidden || Boolean(this.replay?.isOpen)
    if (this.stale) return
    this.renewedAt = Date.now()
    this.version = `${this.last ?? this.dataset.after}.${Math.floor(this.renewedAt / 1000)}`
    this.map.restyle()
  }

  /* Choosing */

  clicked(event) {
    if (this.replay?.isOpen || !this.form.pins.checked) return
    const { lon, lat } = event.detail
    const { x, y } = this.map.gl.project([lon, lat])
    const box = [[x - NEAR, y - NEAR / 2], [x + NEAR, y + NEAR * 1.6]]
    const [first] = this.map.gl.queryRenderedFeatures(box, { layers: [PINS] })
    if (!first) return
    event.preventDefault()
    const [east, north] = first.geometry.coordinates
    const zoom = this.map.leaflet.getZoom()
    if (first.properties.n > 1 && zoom < ALONE_FROM) this.map.flyTo(east, north, zoom + 2)
    else this.open(east, north, first.properties.n)
  }

  async open(lon, lat, count) {
    const reach = count > 1 ? 0.0001 : 0.000003 // degrees
    const query = this.query()
    query.set('bbox', [lon - reach, lat - reach, lon + reach, lat + reach].map((one) => one.toFixed(7)).join(','))
    const { ok, html } = await fetchFragment(`${this.dataset.here}?${query}`)
    this.page.tellHere(ok ? html : null, { lon, lat })
  }
}

customElements.define('live-map', LiveMap)
