// <whistle-list>: the list follows what is blown, attended and ended; so does its map.
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { tick } from 'govmap/clock'
import { whistlePins } from 'cases/whistle-pins'

const TOGETHER = 300 // ms: many events at once ask once

class WhistleList extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector('[data-rows]')
    const renew = () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.renew(), TOGETHER)
    }
    this.live = listen(this.dataset.live, { whistle: renew, reload: () => location.reload() })
    this.querySelector('[data-filters]').addEventListener('change', (event) => {
      if (event.target.matches('select, input[type=checkbox]')) event.currentTarget.requestSubmit()
    })
    this.draw()
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.live.close()
    this.map?.destroy()
  }

  async renew() {
    this.drawn?.refresh()
    const { ok, html, response } = await fetchFragment(location.href)
    if (!ok || response.redirected) return
    const focused = document.activeElement?.closest('.whistle-row')?.id
    this.rows.replaceChildren(element(html))
    tick(this.rows)
    if (focused) document.getElementById(focused)?.querySelector('a').focus()
  }

  // Beside the list where there is room; a phone has the one map for it.
  async draw() {
    if (!matchMedia('(width >= 1200px)').matches) return
    const box = this.querySelector('[data-map-box]')
    box.hidden = false
    this.classList.add('has-map')
    try {
      const { createMap } = await import('layers/map-core')
      this.map = await createMap(box.firstElementChild, {})
      this.drawn = await whistlePins(this.map, this.dataset.pins)
      const { first } = this.drawn
      if (first?.features.length) this.map.fit(first, { maxZoom: 16, padding: 60 })
    } catch (error) {
      console.warn(error) // the list is whole without a map
    }
  }
}
customElements.define('whistle-list', WhistleList)
