// The page of the one map: layer tree, legend, what lies here, search.

import { fetchFragment } from 'govmap/http'
import { keys } from 'govmap/keys'
import { listen } from 'govmap/live'
import { createMap } from 'layers/map-core'
import { LayerTree } from 'layers/map-layers'
import { PlaceSearch } from 'layers/map-search'
import { TimeSlider } from 'layers/time-slider'

const HASH = /^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/
const SLOW = 150 // ms: sooner answers need no sign of waiting

class MapPage extends HTMLElement {
  async connectedCallback() {
    this.parts = Object.fromEntries(
      Array.from(this.querySelectorAll('*'))
        .flatMap((node) => Object.keys(node.dataset).map((name) => [name, node])),
    )
    this.tree = new LayerTree(this, () => this.restyle())
    this.time = new TimeSlider(this, (day) => this.travel(day))
    this.time.tick(this.tree.shown())
    this.search = new PlaceSearch(this, (outline) => this.goTo(outline))
    this.listen()
    try {
      await this.start()
    } catch (error) {
      this.trouble(error.message)
    }
    this.parts.busy.hidden = true
  }

  async start() {
    this.options = {
      ...this.fromHash(),
      style: this.styleOfDay(),
      inset: this.isNarrow() ? [0, 60] : [340, 0],
      adjust: (style) => this.tree.adjust((this.style0 = style)),
      onClick: (spot) => this.clicked(spot),
    }
    this.map = await createMap(this.querySelector('.map'), this.options)
    this.dispatchEvent(new CustomEvent('map:ready', { detail: { map: this.map } }))
    this.map.leaflet.on('moveend', () => this.moved())
    this.map.leaflet.on('mousemove', ({ latlng }) => {
      this.parts.pointer.textContent = `${latlng.lng.toFixed(5)}, ${latlng.lat.toFixed(5)}`
    })
    this.moved()
    this.follow()
    await this.map.drawn
  }

  // What is published or withdrawn is drawn at once. A stream that begins, or begins
  // again, may have missed some.
  follow() {
    const refresh = () => this.map.refresh().catch(() => {}) // the next one will do
    this.stream ??= listen('/live/', { version: refresh, reload: refresh }, {
      state: (connected) => connected && refresh(),
    })
  }

  disconnectedCallback() {
    this.stream?.close()
  }

  listen() {
    this.addEventListener('map:error', ({ detail }) => this.trouble(detail.text))
    this.addEventListener('map:calm', () => this.trouble(null))
    this.parts.retry.addEventListener('click', () => this.retry())
    this.parts.closeHere.addEventListener('click', () => this.closeHere())
    this.parts.openLayers.addEventListener('click', () => this.showLayers())
    this.parts.closeLayers.addEventListener('click', () => this.showLayers(false))
    this.parts.fold.addEventListener('click', () => this.fold())
    addEventListener('hashchange', () => this.followHash())
    this.addEventListener('time:open', () => this.showTime())
    keys({
      t: () => this.time.toggle(),
      '/': () => this.search.focus(),
      l: () => (this.isNarrow() ? this.showLayers() : this.fold()),
      Escape: () => this.escape(),
    })
  }

  isNarrow() {
    return matchMedia('(width < 768px)').matches
  }

  styleOfDay() {
    const { day } = this.time
    this.search.more = day ? { at: day } : {}
    return day ? `${this.dataset.style}?at=${day}` : this.dataset.style
  }

  // The map, the search and what lies here speak of another day; null is today.
  async travel(day) {
    const address = new URL(location.href)
    if (day) address.searchParams.set('at', day)
    else address.searchParams.delete('at')
    history.replaceState(null, '', address)
    const style = this.styleOfDay()
    if (!this.map) return
    this.options.style = style
    this.parts.busy.hidden = false
    try {
      await this.map.refresh()
    } catch (error) {
      this.trouble(error.message)
    }
    this.map.gl?.once('idle', () => { this.parts.busy.hidden = true })
    if (!this.parts.hereDrawer.hidden && this.lastSpot) this.ask(this.lastSpot)
  }

  restyle() {
    this.time.tick(this.tree.shown())
    if (this.style0) this.map?.restyle()
  }

  // The address holds the position, so that it can be kept and sent.
  fromHash() {
    const [, zoom, lat, lon] = HASH.exec(location.hash) ?? []
    return zoom ? { zoom: Number(zoom), center: [Number(lon), Number(lat)] } : {}
  }

  followHash() {
    const { zoom, center } = this.fromHash()
    if (center) this.map?.flyTo(center[0], center[1], zoom)
  }

  moved() {
    const { lat, lng } = this.map.leaflet.getCenter()
    const zoom = this.map.leaflet.getZoom()
    history.replaceState(null, '', `#${zoom}/${lat.toFixed(5)}/${lng.toFixed(5)}`)
    this.tree.zoomed(zoom)
  }

  async retry() {
    if (this.map) return this.map.retry()
    this.trouble(null)
    try {
      await this.start()
    } catch (error) {
      this.trouble(error.message)
    }
  }

  trouble(text) {
    this.parts.trouble.hidden = !text
    this.parts.trouble.firstElementChild.textContent = text ?? ''
  }

  // What is drawn upon the map may answer first.
  clicked(spot) {
    const asked = new CustomEvent('map:click', { detail: spot, cancelable: true })
    if (this.dispatchEvent(asked)) this.ask(spot)
  }

  // Something else to read in the drawer; null where it did not come.
  tellHere(html, { lon, lat }) {
    this.asked?.abort()
    this.lastSpot = null
    this.map.show({ type: 'Point', coordinates: [lon, lat] })
    this.fillHere(html)
    this.openHere(false)
    this.uncover(lon, lat)
  }

  async ask({ lon, lat, zoom }) {
    this.asked?.abort()
    this.lastSpot = { lon, lat, zoom }
    const asked = (this.asked = new AbortController())
    const query = new URLSearchParams({
      lon: lon.toFixed(7), lat: lat.toFixed(7), zoom, layers: this.tree.shown().join(','),
      ...(this.time.day && { at: this.time.day }),
    })
    this.spot = { type: 'Point', coordinates: [lon, lat] }
    this.map.show(this.spot)
    const waiting = setTimeout(() => this.openHere(true), SLOW)
    try {
      const { ok, html, response } = await fetchFragment(
        `${this.dataset.here}?${query}`, { signal: asked.signal },
      )
      if (response?.redirected) return location.reload() // signed out meanwhile
      this.fillHere(ok ? html : null)
    } catch (error) {
      if (error.name !== 'AbortError') throw error
      return
    } finally {
      clearTimeout(waiting)
    }
    this.openHere(false)
    this.uncover(lon, lat)
  }

  fillHere(html) {
    const body = this.parts.hereBody
    if (html === null) body.textContent = body.dataset.failed
    else body.innerHTML = html
    for (const hit of body.querySelectorAll('details[data-outline]')) {
      hit.addEventListener('toggle', () => {
        if (hit.open) this.select(hit)
      })
    }
    const first = body.querySelector('details[open]')
    if (first) this.select(first)
  }

  select(hit) {
    for (const other of this.parts.hereBody.querySelectorAll('.map-hit')) {
      if (other !== hit) other.open = false
    }
    this.map.show(JSON.parse(hit.dataset.outline))
  }

  openHere(waiting) {
    this.parts.hereBody.setAttribute('aria-busy', String(waiting))
    if (this.isNarrow()) this.showLayers(false)
    this.parts.hereDrawer.hidden = false
    if (!waiting && this.querySelector('.map:focus-visible')) {
      this.querySelector('#map-here-title').focus()
    }
  }

  closeHere() {
    this.asked?.abort()
    this.parts.hereDrawer.hidden = true
    this.map?.show(null)
    this.querySelector('.map').focus()
  }

  // The drawer must not lie over what it speaks of.
  uncover(lon, lat) {
    const at = this.map.leaflet.latLngToContainerPoint([lat, lon])
    const frame = this.getBoundingClientRect()
    const drawer = this.parts.hereDrawer.getBoundingClientRect()
    const [x, y] = [at.x + frame.left, at.y + frame.top]
    const clear = x < drawer.left - 24 || x > drawer.right + 24 || y < drawer.top - 24 || y > drawer.bottom + 24
    if (clear) return
    const by = this.isNarrow() ? [0, y - (frame.top + drawer.top) / 2] : [x - drawer.left + 80, 0]
    this.map.leaflet.panBy(by)
  }

  goTo(outline) {
    this.map.fit(outline, { maxZoom: 18, padding: this.isNarrow() ? 24 : 80 })
    this.map.show(outline)
  }

  showLayers(open) {
    const shown = this.classList.toggle('layers-open', open)
    this.parts.openLayers.setAttribute('aria-expanded', String(shown))
    if (shown) this.parts.closeLayers.focus()
    else if (open === undefined) this.parts.openLayers.focus()
  }

  showTime() {
    if (!this.isNarrow()) return
    this.closeHere()
    this.showLayers(false)
  }

  fold() {
    const folded = this.classList.toggle('layers-folded')
    this.parts.fold.setAttribute('aria-expanded', String(!folded))
  }

  escape() {
    if (!this.parts.hereDrawer.hidden) return this.closeHere()
    if (this.classList.contains('layers-open')) return this.showLayers(false)
    if (this.time.isOpen) return this.time.toggle(false)
    return false
  }
}

customElements.define('map-page', MapPage)
