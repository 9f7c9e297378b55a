// <whistle-list>: the list follows what is blown, attended and ended; so does its map.
import { SubjectList } from 'workflow/subject-list'
import { whistlePins } from 'cases/whistle-pins'

class WhistleList extends SubjectList {
  get kinds() { return ['whistle'] }

  connectedCallback() {
    super.connectedCallback()
    this.draw()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.map?.destroy()
  }

  renewed() { this.drawn?.refresh() }

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
